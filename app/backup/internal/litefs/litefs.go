// Package litefs asks the LiteFS of this node what it is in its cluster.
package litefs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Why a node is not the one to stream from.
var (
	// ErrPrimary is a node that takes the writes: the backup is to be no work for it.
	ErrPrimary = errors.New("this node is the primary")
	// ErrAlone is a replica that has no primary to get transactions from.
	ErrAlone = errors.New("this replica has no primary")
)

// timeout of a question to a LiteFS in the same pod.
const timeout = 2 * time.Second

// Replica returns nil if the node at a base URL is a replica that follows its primary.
func Replica(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	i, err := askInfo(ctx, url)
	switch {
	case err != nil:
		return fmt.Errorf("ask LiteFS what it is: %w", err)
	case i.IsPrimary:
		return ErrPrimary
	case i.Primary.Hostname == "":
		return ErrAlone
	}
	return nil
}

// info is what LiteFS answers, as far as it matters here.
type info struct {
	IsPrimary bool
	Primary   struct{ Hostname string }
}

func askInfo(ctx context.Context, url string) (i info, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/info", nil)
	if err != nil {
		return info{}, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return info{}, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return info{}, fmt.Errorf("it answered %s", res.Status)
	}
	if err := json.NewDecoder(res.Body).Decode(&i); err != nil {
		return info{}, fmt.Errorf("decode its answer: %w", err)
	}
	return i, nil
}
