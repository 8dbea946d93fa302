package snapshot

import "github.com/liteset/liteset/app/backup/internal/ltxv1"

// newest returns the last transaction on the volume.
func newest(dir string) (ltxv1.Span, error) {
	spans, err := ltxv1.List(dir)
	if err != nil {
		return ltxv1.Span{}, err
	}
	if len(spans) == 0 {
		return ltxv1.Span{}, ErrEmpty
	}
	return spans[len(spans)-1], nil
}

// rollForward applies the transactions from the one that was newest before the copy, since LiteFS renames a
// transaction's file into place before it applies it, to the one that is newest now.
func (s *Snapshot) rollForward(dir string, before ltxv1.Span) error {
	now, err := newest(dir)
	if err != nil {
		return err
	}
	if err := s.apply(before.Path); err != nil {
		return err
	}
	for s.MaxTXID < now.Max { // by name: a list may lack a file that came while it was made
		if err := s.apply(ltxv1.PathOf(dir, s.MaxTXID+1)); err != nil {
			return err
		}
	}
	if s.Commit == 0 {
		return ErrEmpty
	}
	return nil
}

func (s *Snapshot) apply(path string) error {
	info, err := ltxv1.Each(path, func(pgno uint32, data []byte) error {
		if err := s.room.fits(int64(pgno) * int64(len(data))); err != nil {
			return err
		}
		_, err := s.file.WriteAt(data, int64(pgno-1)*int64(len(data)))
		return err
	})
	if err != nil {
		return err
	}
	s.Info = info
	return s.file.Truncate(int64(info.Commit) * int64(info.PageSize))
}
