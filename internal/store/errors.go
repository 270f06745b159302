package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

var (
	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("store: closed")
	// ErrUnavailable says that the database did not answer of late, and was not
	// asked.
	ErrUnavailable = errors.New("store: the database does not answer")
	// ErrReplicas says that several replicas cannot share SQLite.
	ErrReplicas = errors.New("store: several replicas need PostgreSQL; SQLite serves one process on one machine")
	// ErrOccupied says that another process serves from the same folder.
	ErrOccupied = errors.New("store: another process serves from this folder; several need PostgreSQL")
	// ErrDamaged says that the file is no database, or that a part of it cannot
	// be read.
	ErrDamaged = errors.New("store: the database is damaged")
	// ErrFull says that there is no room for the database.
	ErrFull = errors.New("store: no room is left on the disk of the folder")
	// ErrMoved says that the database's file is not where it was: what is written
	// to it would be lost.
	ErrMoved = errors.New("store: the database was removed or replaced while it was in use: put it back, or start the server anew")
	// ErrAbsent says that there is nothing to be read.
	ErrAbsent = errors.New("store: there is no ledger and no journal here; a server makes them when it starts")
	// ErrLogged says that a database in a folder that cannot be written to is not
	// whole without its log.
	ErrLogged = errors.New("store: the database's last changes are in its -wal file, which cannot be read where nothing can be written: copy both files to a folder that can")
	// ErrOlder says that what is to be read has to be brought up to date first,
	// which whoever only reads does not do.
	ErrOlder = errors.New("store: the database is of an older version of this program; start the server of this version to bring it up to date, or use the program of that one")
	// ErrNewer says that a newer version of the program has changed the schema:
	// this one does not know what it would leave out of its books.
	ErrNewer = errors.New("store: the database is of a newer version of this program; start that one, or restore a backup from before the update")
	// ErrOvertaken says that a newer version of the program has changed the schema
	// while this one runs: it goes on with what it has begun, and takes up nothing
	// that others may have written.
	ErrOvertaken = errors.New("store: a newer version of this program has changed the database: what falls due is left to it")
	// ErrReadOnly says that the database may be read and takes no changes.
	ErrReadOnly = errors.New("store: the database takes no changes")
	// ErrPooler says that a session of the database is not ours alone, or not as it
	// was asked for: the bounds of waiting and the lock of a migration would not hold.
	ErrPooler = errors.New("store: a pooler before the database does not keep a session's settings; give the address of the database itself, or of a pooler in session mode, with these settings given to the role (ALTER ROLE ... SET)")
	// ErrTableInUse says that a migration did not get a table to itself in time.
	ErrTableInUse = errors.New("store: the update of the database did not begin, as somebody reads a table for long (a proof, an export, a backup): start again when that has ended")
	// ErrDSN says that the database's address has no known form.
	ErrDSN = errors.New("store: the DSN must start with postgres:// or postgresql://; leave it empty for SQLite in a folder")
	// ErrUnknownReservation says that no reservation has this id.
	ErrUnknownReservation = errors.New("store: unknown reservation")
	// ErrDuplicateReservation says that the id was reserved before: an id is
	// good for one attempt, so that two attempts never share its money.
	ErrDuplicateReservation = errors.New("store: reservation id used before")
	// ErrDuplicateRecord says that another record of this id was journalled.
	ErrDuplicateRecord = errors.New("store: another record of this id exists")
	// ErrKey says that content is encrypted under a key that is not configured,
	// or was not encrypted by this store.
	ErrKey = errors.New("store: content cannot be decrypted")
	// ErrInProgress says that the first request with this key is under way.
	ErrInProgress = errors.New("store: a request with this idempotency key is in progress")
	// ErrKeyReused says that the key was used for another request.
	ErrKeyReused = errors.New("store: idempotency key reused for another request")
)

// errSilent says that the database was asked and said nothing for too long.
var errSilent = fmt.Errorf("store: the database does not answer in time: %w", context.DeadlineExceeded)

// errNoTurn says that a change waited for others all of its caller's time: the
// log then tells a backlog from a database that does not answer.
var errNoTurn = errors.New("store: the change did not get its turn")

// InvalidError says that an argument cannot be stored.
type InvalidError struct{ What, Reason string }

// Error names the argument.
func (e *InvalidError) Error() string { return fmt.Sprintf("store: invalid %s: %s", e.What, e.Reason) }

// unknownOutcome says that a commit failed and may have happened.
type unknownOutcome struct{ err error }

func (e *unknownOutcome) Error() string { return "store: commit: " + e.err.Error() }
func (e *unknownOutcome) Unwrap() error { return e.err }

// isOfTheData tells what another change need not meet: in PostgreSQL the classes
// of data exceptions and of violated constraints.
func isOfTheData(err error) bool {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(e.Code, "22") || strings.HasPrefix(e.Code, "23")
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && slices.Contains([]int{sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG}, e.Code()&0xff)
}
