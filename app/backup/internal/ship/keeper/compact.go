package keeper

import (
	"context"
	"errors"

	"github.com/benbjohnson/litestream"

	"github.com/liteset/liteset/app/backup/internal/fault"
	"github.com/liteset/liteset/app/backup/internal/lineage"
	"github.com/liteset/liteset/app/backup/internal/restore"
	"github.com/liteset/liteset/app/backup/internal/ship/history"
	"github.com/liteset/liteset/app/backup/internal/store"
)

// compactor returns the library's compactor for the current lineage; nil if there is none that can be read.
func (k *Keeper) compactor() (*litestream.Compactor, history.Current) {
	now := k.history.Current()
	if now.Client == nil || now.Tip.TXID == history.Unknown {
		return nil, now
	}
	client := proving{ReplicaClient: now.Client, history: k.history, lineage: now.Lineage.ID, log: k.cfg.Log, refused: &refusals{}}
	return litestream.NewCompactor(client, k.cfg.Log), now
}

// Compact merges what is new in the level below into one object of the given level, 1 to 3.
func (k *Keeper) Compact(ctx context.Context, level int) error {
	c, now := k.compactor()
	if c == nil {
		return nil
	}
	_, err := c.Compact(ctx, level)
	if err == nil || errors.Is(err, litestream.ErrNoCompaction) || ctx.Err() != nil {
		return nil
	}
	if damage := k.findDamage(ctx, now.Client, level-1); damage != nil {
		err = damage
	}
	if code := fault.CodeOf(err); code == fault.Contended || code == fault.StoreCorrupt {
		if _, err := lineage.List(ctx, k.cfg.Store); err != nil {
			return err // not this lineage alone: what answers may be no store at all
		}
		k.history.Leave(now.Lineage.ID)
	}
	return store.Failed(ctx, err, "compact to level %d", level)
}

// findDamage finds out whether the store has lost or altered objects of a level, as opposed to not answering. Two
// processes that write one file at once can do that.
func (k *Keeper) findDamage(ctx context.Context, c litestream.ReplicaClient, level int) error {
	files, err := lineage.Files(ctx, c)
	if err != nil {
		return nil // no answer, as it seems
	}
	for _, f := range files {
		if f.Level != level {
			continue
		}
		err := restore.CheckObject(ctx, c, f)
		if fault.CodeOf(err) == fault.StoreCorrupt {
			return err
		} else if err != nil {
			return nil
		}
	}
	return nil
}
