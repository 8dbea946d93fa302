package election_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/election"
	"github.com/liteset/liteset/app/backup/internal/kube"
	"github.com/liteset/liteset/app/backup/internal/kube/kubetest"
)

const (
	duration = 3 * time.Second
	settle   = time.Second
	patience = 60 * time.Second // for what must happen on a busy machine
)

// pods are candidates of one lease; at most one may be active.
type pods struct {
	t      *testing.T
	server *kubetest.Server
	reader kube.LeaseClient
	active atomic.Int32
	most   atomic.Int32
}

// pod is one candidate.
type pod struct {
	name    string
	way     *kubetest.Proxy
	unfit   atomic.Bool
	active  atomic.Bool
	started atomic.Int64 // Unix time in nanoseconds at which it became active last
	ended   atomic.Int64
	stop    func()
	result  chan error
}

func (p *pods) start(name string, unfit bool) *pod {
	p.t.Helper()
	c := &pod{name: name, way: p.server.Proxy(p.t), result: make(chan error, 1)}
	c.unfit.Store(unfit)
	cfg := election.Config{
		Lease:    kube.LeaseClient{Client: p.server.Client(c.way), Namespace: p.server.Namespace, Name: kubetest.LeaseName},
		Identity: name, Duration: duration, Settle: settle, Log: slog.New(slog.DiscardHandler),
		Fit: func(context.Context, bool) error {
			if c.unfit.Load() {
				return errors.New("unfit")
			}
			return nil
		},
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.result <- election.Run(ctx, cfg, func(ctx context.Context) error {
			p.most.Store(max(p.most.Load(), p.active.Add(1)))
			c.started.Store(time.Now().UnixNano())
			c.active.Store(true)
			<-ctx.Done()
			c.active.Store(false)
			c.ended.Store(time.Now().UnixNano())
			p.active.Add(-1)
			return nil
		})
	}()
	c.stop = func() { cancel(); <-done }
	p.t.Cleanup(c.stop)
	return c
}

func TestMain(m *testing.M) { kubetest.Main(m) }

func newPods(t *testing.T) *pods {
	t.Helper()
	t.Parallel()
	p := &pods{t: t, server: kubetest.Start(t)}
	p.reader = kube.LeaseClient{Client: p.server.Client(nil), Namespace: p.server.Namespace, Name: kubetest.LeaseName}
	t.Cleanup(func() {
		if p.most.Load() > 1 {
			t.Errorf("%d pods were active at once", p.most.Load())
		}
	})
	return p
}

// lease returns what is in the cluster.
func (p *pods) lease() *kube.Lease {
	p.t.Helper()
	lease, err := p.reader.Get(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	return lease
}

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}
