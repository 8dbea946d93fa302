package election_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"liteset/backup/election"
	"liteset/backup/kube"
	"liteset/backup/kube/kubetest"
)

const (
	duration = 2 * time.Second
	settle   = time.Second
	patience = 60 * time.Second // for what must happen on a busy machine
)

// pods are candidates of one lease; at most one may be active.
type pods struct {
	t      *testing.T
	server *kubetest.Server
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
		Leases:   kube.Leases{Client: p.server.Client(c.way), Namespace: "default", Name: kubetest.LeaseName},
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

func newPods(t *testing.T) *pods {
	t.Helper()
	p := &pods{t: t, server: kubetest.Start(t)}
	t.Cleanup(func() {
		if p.most.Load() > 1 {
			t.Errorf("%d pods were active at once", p.most.Load())
		}
	})
	return p
}

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !cond(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestAnotherPodIsActiveAsSoonAsTheActiveOneStops(t *testing.T) {
	p := newPods(t)
	all := []*pod{p.start("a_1", false), p.start("b_1", false), p.start("c_1", false)}
	for round := range 2 {
		eventually(t, "one pod is active", func() bool { return p.active.Load() == 1 })
		for i, c := range all {
			if c.active.Load() {
				c.stop()
				all = append(all[:i], all[i+1:]...)
				break
			}
		}
		stopped := time.Now()
		eventually(t, "another pod is active", func() bool { return p.active.Load() == 1 })
		took := time.Since(stopped)
		t.Logf("round %d: %v", round, took)
		if took >= duration { // a lease that was not given up lasts that long, and then comes settle
			t.Errorf("round %d took %v", round, took)
		}
	}
}

func TestAPodThatLosesTheAPIServerStopsBeforeAnotherIsActive(t *testing.T) {
	p := newPods(t)
	lost := p.start("a_1", false)
	eventually(t, "it is active", lost.active.Load)
	next := p.start("b_1", false)
	lost.way.Cut()
	cut := time.Now()
	eventually(t, "it has stopped", func() bool { return !lost.active.Load() })
	if next.active.Load() {
		t.Error("another pod was active before it had stopped")
	}
	eventually(t, "the other pod is active", next.active.Load)
	gap := time.Duration(next.started.Load() - lost.ended.Load())
	t.Logf("stopped after %v, another active %v later", time.Unix(0, lost.ended.Load()).Sub(cut), gap)
	if gap < settle {
		t.Errorf("the next pod waited %v for requests that may be under way, want %v", gap, settle)
	}
}

func TestThePrimaryIsActiveOnlyWhileNoOtherPodCanBe(t *testing.T) {
	p := newPods(t)
	primary := p.start("a_1", true)
	eventually(t, "the primary is active since it is alone", primary.active.Load)
	replica := p.start("b_1", false)
	eventually(t, "the replica has taken over", func() bool { return replica.active.Load() && !primary.active.Load() })
	if gap := time.Duration(replica.started.Load() - primary.ended.Load()); gap > duration {
		t.Errorf("the hand-over took %v", gap)
	}
	replica.unfit.Store(true) // a failover: it is the primary now
	primary.unfit.Store(false)
	eventually(t, "the roles have changed", func() bool { return primary.active.Load() && !replica.active.Load() })
	primary.unfit.Store(true)
	time.Sleep(2 * duration) // nothing may happen in that time
	if !primary.active.Load() {
		t.Error("a pod gave up the work though no other can do it")
	}
}

func TestARestartedContainerGoesOnWithItsOwnLease(t *testing.T) {
	p := newPods(t)
	killed := p.start("a_1", false)
	eventually(t, "it is active", killed.active.Load)
	killed.way.Cut() // it cannot give up the lease, as one cannot that is killed
	killed.stop()
	started := time.Now()
	again := p.start("a_1", false)
	eventually(t, "the next container of the pod is active", again.active.Load)
	if took := time.Since(started); took >= duration {
		t.Errorf("it took %v", took)
	}
}

func TestAPodMadeAnewWithTheSameNameWaitsForTheLeaseToExpire(t *testing.T) {
	p := newPods(t)
	old := p.start("a_1", false)
	eventually(t, "it is active", old.active.Load)
	old.way.Cut()
	anew := p.start("a_2", false)
	eventually(t, "the new pod is active", anew.active.Load)
	if !(old.ended.Load() > 0 && old.ended.Load() < anew.started.Load()) {
		t.Error("the old pod was active when the new one became it")
	}
}

func TestAStreamThatDoesNotStopEndsTheProcess(t *testing.T) {
	server := kubetest.Start(t)
	way := server.Proxy(t)
	cfg := election.Config{
		Leases:   kube.Leases{Client: server.Client(way), Namespace: "default", Name: kubetest.LeaseName},
		Identity: "a_1", Duration: duration, Log: slog.New(slog.DiscardHandler), Fit: func(context.Context, bool) error { return nil },
	}
	never := make(chan struct{})
	err := election.Run(context.Background(), cfg, func(context.Context) error {
		way.Cut()
		<-never
		return nil
	})
	if !errors.Is(err, election.ErrStuck) {
		t.Errorf("got %v", err)
	}
}

func TestAnOrdinalIsTheEndOfAPodsName(t *testing.T) {
	for _, c := range []struct {
		identity string
		ordinal  int
		want     bool
	}{{"liteset-2", 2, true}, {"liteset-12", 2, false}, {"liteset-0_3f-2", 2, false}, {"liteset-2_uid", 2, true}, {"", 0, false}} {
		if got := election.IsOrdinal(c.identity, c.ordinal); got != c.want {
			t.Errorf("%s: %v", fmt.Sprint(c), got)
		}
	}
}
