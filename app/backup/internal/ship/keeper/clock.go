package keeper

import "time"

// clock is the node's.
func (k *Keeper) clock() time.Time {
	if k.cfg.Clock != nil {
		return k.cfg.Clock().Round(0)
	}
	return time.Now().Round(0) // without the part that no jump changes
}

// ahead is how far a clock may be corrected while the process runs without a word about it.
const ahead = time.Hour

// now is the time that retention counts from: never later than the newest object, which has the clock of the store or of
// the primary, and never later than this process can know by how long it has run. A clock that jumps ahead removes nothing.
// While nobody writes, nothing gets older.
func (k *Keeper) now(newest time.Time) time.Time {
	now := k.clock()
	if run := k.began.Add(time.Since(k.started)); run.Before(now) {
		if now.Sub(run) > ahead {
			k.cfg.Log.Warn("the clock of this node has jumped ahead: what is old is counted from the time before; if the clock is right now, restart the pod",
				"clock", now, "counted_from", run)
		}
		now = run
	}
	if newest.Before(now) {
		now = newest
	}
	return now
}
