package history_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/superfly/ltx"

	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/ltxv1"
	"github.com/liteset/liteset/app/backup/internal/ship/history"
)

const line, other = lineage.ID(1), lineage.ID(2)

// at is a stream that stands at a transaction of a lineage.
func at(id lineage.ID, txid ltx.TXID) history.Current {
	return history.Current{Lineage: lineage.Info{ID: id}, Tip: lineage.Position{TXID: txid}}
}

// group is two transactions that are shipped in one object; the checksum after each is its number.
func group(first ltx.TXID) (all []ltxv1.Info) {
	for txid := first; txid < first+2; txid++ {
		all = append(all, ltxv1.Info{Header: ltx.Header{MinTXID: txid, MaxTXID: txid}, PostApply: ltx.Checksum(txid)})
	}
	return all
}

func TestAwaitAnswersOnceATransactionIsShippedOrCannotBe(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []func(*history.History)
		want  ltx.Checksum // 0 if it cannot be
	}{
		{"shipped inside a group", []func(*history.History){ship(4)}, 4},
		{"shipped after the store was asked again", []func(*history.History){forget, resume(at(line, 3)), ship(4)}, 4},
		{"shipped by another stream", []func(*history.History){forget, resume(at(line, 9))}, 0},
		{"another lineage has begun", []func(*history.History){begin(at(other, 9))}, 0},
		{"the store has another lineage", []func(*history.History){forget, resume(at(other, 3))}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := history.New()
				h.Resume(at(line, 3))
				var sum ltx.Checksum
				var ok, answered bool
				go func() {
					sum, ok = h.Await(context.Background(), line, 4)
					answered = true
				}()
				for _, step := range c.steps {
					synctest.Wait()
					if answered {
						t.Fatal("it has answered before it could know")
					}
					step(h)
				}
				synctest.Wait()
				if !answered || ok != (c.want != 0) || sum != c.want {
					t.Errorf("answered: %v, %v, %v; want %v", answered, sum, ok, c.want)
				}
			})
		})
	}
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	h := history.New()
	h.Resume(at(line, 3))
	if sum, ok := h.Await(ctx, line, 4); ok {
		t.Errorf("it has answered %v", sum)
	}
}

func TestOnlyItsOwnLineageMakesAStreamLeave(t *testing.T) {
	h := history.New()
	h.Resume(at(line, 3))
	h.Leave(other)
	if h.MustLeave() {
		t.Error("it leaves for the sake of another lineage")
	}
	h.Leave(line)
	if !h.MustLeave() {
		t.Error("it does not leave")
	}
	h.Begin(at(other, 3))
	if h.MustLeave() {
		t.Error("it leaves the lineage that it has just begun")
	}
}

func ship(first ltx.TXID) func(*history.History) {
	return func(h *history.History) { h.Shipped(group(first)) }
}

func resume(c history.Current) func(*history.History) {
	return func(h *history.History) { h.Resume(c) }
}

func begin(c history.Current) func(*history.History) {
	return func(h *history.History) { h.Begin(c) }
}

func forget(h *history.History) { h.Forget() }
