package socket

import (
	"encoding/json"
	"errors"
	"io"
	"net"
)

// Ask asks an agent for one thing, as the agent's own other commands do.
func Ask(path, do string) (answer map[string]any, conn net.Conn, err error) {
	conn, err = net.Dial("unix", path)
	if err != nil {
		return nil, nil, err
	}
	if err := json.NewEncoder(conn).Encode(map[string]any{"id": 1, "do": do}); err != nil {
		return nil, conn, err
	}
	for lines := json.NewDecoder(conn); ; {
		answer = nil
		if err := lines.Decode(&answer); errors.Is(err, io.EOF) {
			return nil, conn, errors.New("the agent has closed the connection")
		} else if err != nil {
			return nil, conn, err
		}
		if answer["id"] != nil { // not an event
			return answer, conn, nil
		}
	}
}
