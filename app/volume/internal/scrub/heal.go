package scrub

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/liteset/liteset/app/volume/internal/ltxfiles"
	"github.com/liteset/liteset/app/volume/internal/primary"
	"github.com/liteset/liteset/app/volume/internal/start"
)

const (
	// again is how long a pod that cannot heal waits before it tries again.
	again = 10 * time.Second
	// handOver is how long a switchover may take.
	handOver = 30 * time.Second
)

// heal ends LiteFS once another pod is the primary and has at least as much. The container starts again then, and mends the
// volume, or moves the database aside, before LiteFS. Until then the pod goes on: it may have the only copy.
func heal(ctx context.Context, o Options, pace *pace, name string) error {
	said := ""
	for {
		why := whyNot(ctx, o, name)
		if why == "" {
			log.Printf("ends LiteFS, so that %s is healed before it starts again", name)
			return errors.Join(errLitefsEnded, syscall.Kill(o.Process, syscall.SIGTERM))
		}
		if why != said {
			log.Printf("%s cannot be healed yet: %s. See docs/how-to/runbooks/volume.md", name, why)
			said = why
		}
		if err := pace.wait(ctx, again); err != nil {
			return err
		}
	}
}

// whyNot says why LiteFS must not end now. A primary hands over.
func whyNot(ctx context.Context, o Options, name string) string {
	if primary.Is(ctx, o.own()) {
		if err := switchOver(ctx, o); err != nil {
			return fmt.Sprintf("this pod is the primary, and cannot hand over: %v", err)
		}
		log.Print("another pod is the primary now")
	}
	files, err := ltxfiles.List(filepath.Join(o.Data, "dbs", name, "ltx"))
	if err != nil || len(files) == 0 {
		return fmt.Sprintf("its newest transaction is not known (%v)", err)
	}
	other := primary.Find(ctx, o.Peers, o.LitefsPort)
	if primary.Is(ctx, o.own()) {
		return "this pod has become the primary"
	}
	return start.WhyNot(files[len(files)-1].Max, name, other)
}

// switchOver asks the application to hand the role of the primary over to whichever pod is level first.
func switchOver(ctx context.Context, o Options) error {
	if o.ClusterPort == "" {
		return errors.New("the application takes no such order (CLUSTER_PORT is not set)")
	}
	ctx, cancel := context.WithTimeout(ctx, handOver)
	defer cancel()
	url := "http://" + net.JoinHostPort(o.Host, o.ClusterPort) + "/liteset/switchover"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader("{}"))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusOK {
		return nil
	}
	problem := struct{ Detail string }{res.Status}
	_ = json.NewDecoder(io.LimitReader(res.Body, 1<<16)).Decode(&problem)
	return errors.New(problem.Detail)
}
