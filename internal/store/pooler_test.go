package store

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// pooler stands before a database as PgBouncer does with ignore_startup_parameters:
// it gives each transaction any of its sessions, or each connection one for good.
type pooler struct {
	t              *testing.T
	to             string // with the settings that the role has
	perTransaction bool
	password       string // "": none is asked for
	mu             sync.Mutex
	idle, all      []*pgconn.HijackedConn
	clients        []net.Conn
	ln             net.Listener
	under          sync.WaitGroup
}

// startPooler returns it and the address of the database behind it.
func startPooler(t *testing.T, dsn string, perTransaction bool, role settings) (*pooler, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	ok(t, err)
	q := u.Query()
	for name, value := range role {
		q.Set(name, value)
	}
	database := u.Path
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	p := &pooler{t: t, to: u.String(), perTransaction: perTransaction, ln: ln}
	p.under.Go(p.accept)
	t.Cleanup(p.stop)
	return p, "postgres://postgres@" + ln.Addr().String() + database + "?sslmode=disable"
}

func (p *pooler) stop() {
	_ = p.ln.Close()
	p.cut()
	p.under.Wait()
}

// cut ends every connection.
func (p *pooler) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.clients {
		_ = c.Close()
	}
	for _, s := range p.all {
		_ = s.Conn.Close()
	}
}

// want has connections sign on with a password from now on.
func (p *pooler) want(password string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.password = password
}

// admit asks for the password, if there is one.
func (p *pooler) admit(client *pgproto3.Backend) error {
	p.mu.Lock()
	want := p.password
	p.mu.Unlock()
	if want == "" {
		return nil
	}
	client.Send(&pgproto3.AuthenticationCleartextPassword{})
	if err := errors.Join(client.Flush(), client.SetAuthType(pgproto3.AuthTypeCleartextPassword)); err != nil {
		return err
	}
	message, err := client.Receive()
	if got, is := message.(*pgproto3.PasswordMessage); err != nil || !is || got.Password != want {
		client.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: "28P01", Message: "another password"})
		return errors.Join(err, client.Flush(), io.ErrUnexpectedEOF)
	}
	return nil
}

func (p *pooler) accept() {
	for {
		c, err := p.ln.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		p.clients = append(p.clients, c)
		p.mu.Unlock()
		p.under.Go(func() {
			defer c.Close()
			if err := p.serve(c); err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, io.ErrUnexpectedEOF) {
				p.t.Log(err)
			}
		})
	}
}

func (p *pooler) serve(c net.Conn) error {
	client := pgproto3.NewBackend(c, c)
	if _, err := client.ReceiveStartupMessage(); err != nil {
		return err
	}
	if err := p.admit(client); err != nil {
		return err
	}
	client.Send(&pgproto3.AuthenticationOk{})
	client.Send(&pgproto3.ParameterStatus{Name: "client_encoding", Value: "UTF8"})
	client.Send(&pgproto3.ParameterStatus{Name: "standard_conforming_strings", Value: "on"})
	client.Send(&pgproto3.BackendKeyData{ProcessID: 1, SecretKey: []byte{0, 0, 0, 1}}) // its own, as it has many
	client.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	if err := client.Flush(); err != nil {
		return err
	}
	if p.perTransaction {
		return p.transactions(client)
	}
	s, err := p.take()
	if err != nil {
		return err
	}
	p.under.Go(func() { _, _ = io.Copy(c, s.Conn) })
	_, err = io.Copy(s.Conn, c)
	return errors.Join(err, s.Conn.Close())
}

// transactions knows the simple protocol alone.
func (p *pooler) transactions(client *pgproto3.Backend) error {
	var s *pgconn.HijackedConn
	for {
		message, err := client.Receive()
		query, isQuery := message.(*pgproto3.Query)
		if err != nil || !isQuery {
			return err
		}
		if s == nil {
			if s, err = p.take(); err != nil {
				return err
			}
		}
		s.Frontend.Send(query)
		status, err := relay(s.Frontend, client)
		if err != nil {
			return err
		}
		if status == 'I' {
			p.give(s)
			s = nil
		}
	}
}

// relay passes the answer to one query on, and returns the state after it.
func relay(from *pgproto3.Frontend, to *pgproto3.Backend) (status byte, err error) {
	if err := from.Flush(); err != nil {
		return 0, err
	}
	for {
		answer, err := from.Receive()
		if err != nil {
			return 0, err
		}
		to.Send(answer)
		if err := to.Flush(); err != nil {
			return 0, err
		}
		if ready, isReady := answer.(*pgproto3.ReadyForQuery); isReady {
			return ready.TxStatus, nil
		}
	}
}

func (p *pooler) take() (*pgconn.HijackedConn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.idle); n > 0 {
		s := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return s, nil
	}
	c, err := pgconn.Connect(context.Background(), p.to)
	if err != nil {
		return nil, err
	}
	s, err := c.Hijack()
	p.all = append(p.all, s)
	return s, err
}

func (p *pooler) give(s *pgconn.HijackedConn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, s)
}

// asAsked are the settings that a store with the default timeouts asks for.
var asAsked = settings{
	"statement_timeout": "5000", "lock_timeout": "5000", "idle_in_transaction_session_timeout": "5000",
	"default_transaction_isolation": "read committed",
}
