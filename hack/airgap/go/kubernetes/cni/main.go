// Command cni is the network agent of the nodes, in place of kindnetd, which is published as an image only. It takes the same environment
// (HOST_IP, POD_SUBNET, CONTROL_PLANE_ENDPOINT), so that kind's own manifest starts it unchanged. It writes the node's CNI configuration from
// its podCIDR, keeps a route to the podCIDR of every other node, and masquerades what pods send out of the pod network.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

const (
	configPath = "/etc/cni/net.d/10-kindnet.conflist"
	config     = `{
  "cniVersion": "0.4.0",
  "name": "kindnet",
  "plugins": [
    {"type": "ptp", "ipMasq": false, "mtu": %d,
     "ipam": {"type": "host-local", "dataDir": "/run/cni-ipam-state", "routes": [{"dst": "0.0.0.0/0"}], "ranges": [[{"subnet": "%s"}]]}},
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
`
	masqueradeRules = `table ip liteset-cni
delete table ip liteset-cni
table ip liteset-cni {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr %[1]s ip daddr != %[1]s oifname "eth0" masquerade
  }
}
`
	resyncInterval = 3 * time.Second
)

func nodeIP(node *corev1.Node) string {
	for _, address := range node.Status.Addresses {
		if address.Type == corev1.NodeInternalIP && net.ParseIP(address.Address).To4() != nil {
			return address.Address
		}
	}
	return ""
}

func writeConfig(podCIDR string) error {
	link, err := netlink.LinkByName("eth0")
	if err != nil {
		return err
	}
	want := fmt.Sprintf(config, link.Attrs().MTU, podCIDR)
	if got, err := os.ReadFile(configPath); err == nil && string(got) == want {
		return nil
	}
	log.Printf("write %s for %s", configPath, podCIDR)
	if err := os.WriteFile(configPath+".tmp", []byte(want), 0o644); err != nil {
		return err
	}
	return os.Rename(configPath+".tmp", configPath)
}

// refuseStrangers has the node answer at once for its addresses that no pod has: each pod's own route is narrower than this one. Otherwise packets to
// a pod that is gone take the default route, and who waits for it, as LiteFS does for its old primary, waits until TCP gives up: two minutes.
func refuseStrangers(podCIDR string) error {
	_, network, err := net.ParseCIDR(podCIDR)
	if err != nil {
		return err
	}
	if err := netlink.RouteReplace(&netlink.Route{Dst: network, Type: syscall.RTN_UNREACHABLE}); err != nil {
		return fmt.Errorf("route unreachable %s: %w", podCIDR, err)
	}
	return nil
}

func masquerade(podSubnet string) error {
	nft := exec.Command("nft", "-f", "-")
	nft.Stdin = strings.NewReader(fmt.Sprintf(masqueradeRules, podSubnet))
	if out, err := nft.CombinedOutput(); err != nil {
		return fmt.Errorf("nft: %w: %s", err, out)
	}
	return nil
}

func syncNodes(ctx context.Context, client kubernetes.Interface, self string) error {
	nodes, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for i := range nodes.Items {
		node := &nodes.Items[i]
		ip := nodeIP(node)
		switch {
		case node.Spec.PodCIDR == "" || ip == "": // not set up yet: the next round sees it
		case ip == self:
			if err := writeConfig(node.Spec.PodCIDR); err != nil {
				return err
			}
			if err := refuseStrangers(node.Spec.PodCIDR); err != nil {
				return err
			}
		default:
			_, podCIDR, err := net.ParseCIDR(node.Spec.PodCIDR)
			if err != nil {
				return err
			}
			if err := netlink.RouteReplace(&netlink.Route{Dst: podCIDR, Gw: net.ParseIP(ip)}); err != nil {
				return fmt.Errorf("route %s via %s: %w", podCIDR, ip, err)
			}
		}
	}
	return nil
}

func run() error {
	clientConfig, err := rest.InClusterConfig()
	if err != nil {
		return err
	}
	if endpoint := os.Getenv("CONTROL_PLANE_ENDPOINT"); endpoint != "" {
		clientConfig.Host = "https://" + endpoint // kube-proxy may not run yet
	}
	client, err := kubernetes.NewForConfig(clientConfig)
	if err != nil {
		return err
	}
	if err := masquerade(os.Getenv("POD_SUBNET")); err != nil {
		return err
	}
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		if err := syncNodes(ctx, client, os.Getenv("HOST_IP")); err != nil {
			log.Print(err)
		}
		cancel()
		time.Sleep(resyncInterval)
	}
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}
