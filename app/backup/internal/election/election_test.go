package election_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/liteset/liteset/app/backup/internal/election"
	"github.com/liteset/liteset/app/backup/internal/kube"
	"github.com/liteset/liteset/app/backup/internal/kube/kubetest"
)

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
		t.Errorf("the change took %v", gap)
	}
	replica.unfit.Store(true) // a failover: it is the primary now
	primary.unfit.Store(false)
	eventually(t, "the roles have changed", func() bool { return primary.active.Load() && !replica.active.Load() })
	primary.unfit.Store(true)
	began, renewals := primary.started.Load(), map[string]bool{}
	eventually(t, "the primary has wished for another pod for two durations, renewing its lease five times in each", func() bool {
		if lease := p.lease(); lease.Annotation("liteset.dev/backup-wish") == "a_1" {
			renewals[lease.Spec.RenewTime] = true
		}
		return len(renewals) > 10
	})
	if !primary.active.Load() || primary.started.Load() != began {
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

func TestALeaseThatIsDeletedIsMadeAgainByThePodThatHasIt(t *testing.T) {
	p := newPods(t)
	a := p.start("a-0_1", false)
	eventually(t, "a is active", a.active.Load)
	started, before := a.started.Load(), p.lease()
	b := p.start("b-1_2", false)
	time.Sleep(duration) // b has seen the Lease
	p.server.DeleteLease()
	eventually(t, "the Lease names a again", func() bool {
		lease, err := p.reader.Get(context.Background())
		return err == nil && lease.Spec.HolderIdentity == "a-0_1"
	})
	if lease := p.lease(); lease.Spec.LeaseTransitions != before.Spec.LeaseTransitions {
		t.Errorf("transitions %d, before %d", lease.Spec.LeaseTransitions, before.Spec.LeaseTransitions)
	}
	if a.started.Load() != started || !a.active.Load() || b.active.Load() {
		t.Error("the active pod has changed")
	}
}

func TestAStreamThatDoesNotStopEndsTheProcess(t *testing.T) {
	t.Parallel()
	server := kubetest.Start(t)
	way := server.Proxy(t)
	cfg := election.Config{
		Lease:    kube.LeaseClient{Client: server.Client(way), Namespace: server.Namespace, Name: kubetest.LeaseName},
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
