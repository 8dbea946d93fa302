// Command fuse-device-plugin offers a device of the node as a resource that pods can ask for, by the kubelet's device plugin API
// (https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/). A hostPath does not do: the device cgroup refuses it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	api "k8s.io/kubelet/pkg/apis/deviceplugin/v1beta1"
)

var (
	resource = flag.String("resource", "smarter-devices/fuse", "resource name to offer")
	device   = flag.String("device", "/dev/fuse", "device to hand out, readable and writable")
	count    = flag.Int("count", 100, "how many containers of the node may have it at the same time")
)

type plugin struct {
	api.UnimplementedDevicePluginServer
}

func (plugin) GetDevicePluginOptions(context.Context, *api.Empty) (*api.DevicePluginOptions, error) {
	return &api.DevicePluginOptions{}, nil
}

// ListAndWatch reports the devices once: /dev/fuse is never used up and does not break.
func (plugin) ListAndWatch(_ *api.Empty, stream api.DevicePlugin_ListAndWatchServer) error {
	devices := make([]*api.Device, *count)
	for i := range devices {
		devices[i] = &api.Device{ID: fmt.Sprint(i), Health: api.Healthy}
	}
	if err := stream.Send(&api.ListAndWatchResponse{Devices: devices}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

func (plugin) Allocate(_ context.Context, request *api.AllocateRequest) (*api.AllocateResponse, error) {
	response := &api.AllocateResponse{}
	for range request.ContainerRequests {
		response.ContainerResponses = append(response.ContainerResponses, &api.ContainerAllocateResponse{
			Devices: []*api.DeviceSpec{{HostPath: *device, ContainerPath: *device, Permissions: "rw"}},
		})
	}
	return response, nil
}

func register(ctx context.Context, endpoint string) error {
	connection, err := grpc.NewClient("unix://"+api.KubeletSocket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	_, err = api.NewRegistrationClient(connection).Register(ctx, &api.RegisterRequest{
		Version: api.Version, Endpoint: endpoint, ResourceName: *resource,
	})
	return err
}

func run() error {
	endpoint := strings.ReplaceAll(*resource, "/", "-") + ".sock"
	socket := filepath.Join(api.DevicePluginPath, endpoint)
	if err := os.Remove(socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	api.RegisterDevicePluginServer(server, plugin{})
	go func() { log.Fatal(server.Serve(listener)) }()

	for {
		err := register(context.Background(), endpoint)
		if err == nil {
			break
		}
		log.Printf("register %s with the kubelet, trying again: %v", *resource, err)
		time.Sleep(time.Second)
	}
	log.Printf("the kubelet knows %d × %s", *count, *resource)

	// A kubelet that starts empties the folder, and the API asks every plugin to register again then: by being started again.
	for {
		if _, err := os.Stat(socket); err != nil {
			return fmt.Errorf("the kubelet was restarted: %w", err)
		}
		time.Sleep(time.Second)
	}
}

func main() {
	flag.Parse()
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
