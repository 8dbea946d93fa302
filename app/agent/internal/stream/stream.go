// Package stream follows lines that a server on this pod tells.
package stream

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

const (
	// pause is how long a server that is not there is left alone.
	pause = 50 * time.Millisecond
	// longest is how long it may take to answer.
	longest = 2 * time.Second
	// longestLine is how many bytes a line may have.
	longestLine = 1 << 20
)

// client asks no proxy, whatever the image's environment says.
var client = &http.Client{Transport: &http.Transport{
	DialContext:           (&net.Dialer{Timeout: longest}).DialContext,
	ResponseHeaderTimeout: longest,
	DisableKeepAlives:     true,
}}

// Follow follows `GET url` until the context ends, and begins again whenever the stream ends, of which onLost is told.
func Follow(ctx context.Context, url string, onLine func([]byte), onLost func(error)) {
	for {
		err := follow(ctx, url, onLine)
		if ctx.Err() != nil {
			return
		}
		onLost(err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

func follow(ctx context.Context, url string, onLine func([]byte)) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %d", url, res.StatusCode)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		onLine(lines.Bytes())
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return fmt.Errorf("%s ended", url)
}
