// Package primary asks the LiteFS of the other pods which of them is the primary, and how far its databases are.
package primary

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/superfly/ltx"
)

// longest is how long DNS, or a LiteFS, may take to answer.
const longest = 2 * time.Second

// Primary is a pod whose LiteFS says that it is the primary.
type Primary struct {
	ClusterID string
	// TXID is the newest transaction that it has of each database.
	TXID map[string]ltx.TXID
}

// Find asks all addresses of the names at once. It returns nil while none says that it is the primary, and while more than
// one does.
func Find(ctx context.Context, names []string, port string) *Primary {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	var (
		mu    sync.Mutex
		asked sync.WaitGroup
		found []*Primary
	)
	for address := range addresses(ctx, names) {
		asked.Go(func() {
			if p := ask(ctx, net.JoinHostPort(address, port)); p != nil {
				mu.Lock()
				defer mu.Unlock()
				found = append(found, p)
			}
		})
	}
	asked.Wait()
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// Is reports whether the LiteFS at a host and port says that it is the primary.
func Is(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	return ask(ctx, address) != nil
}

func addresses(ctx context.Context, names []string) map[string]bool {
	all := map[string]bool{}
	for _, name := range names {
		found, _ := net.DefaultResolver.LookupHost(ctx, name) // a name without an address is asked for again
		for _, address := range found {
			all[address] = true
		}
	}
	return all
}

// TXID is the newest transaction that the database of the LiteFS at a host and port has, all of it; 0 if it does not say so.
func TXID(ctx context.Context, address, database string) ltx.TXID {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	var v vars
	if get(ctx, address, "/debug/vars", &v) != nil {
		return 0
	}
	txid, _ := ltx.ParseTXID(v.Store.DBs[database].TXID)
	return txid
}

// vars is what LiteFS says of its store.
type vars struct {
	Store struct {
		IsPrimary bool `json:"isPrimary"`
		DBs       map[string]struct {
			TXID string `json:"txid"`
		} `json:"dbs"`
	} `json:"store"`
}

// ask returns nil unless it is the primary.
func ask(ctx context.Context, address string) *Primary {
	var v vars
	var info struct {
		ClusterID string `json:"clusterID"`
	}
	if get(ctx, address, "/debug/vars", &v) != nil || !v.Store.IsPrimary || get(ctx, address, "/info", &info) != nil {
		return nil
	}
	p := &Primary{ClusterID: info.ClusterID, TXID: map[string]ltx.TXID{}}
	for name, db := range v.Store.DBs {
		p.TXID[name], _ = ltx.ParseTXID(db.TXID)
	}
	return p
}

func get(ctx context.Context, address, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return json.NewDecoder(io.LimitReader(res.Body, 1<<22)).Decode(into)
}
