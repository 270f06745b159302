package store

import (
	"context"
	"database/sql"
	"strings"
)

// pools are the open database. Readers never wait for the writer.
type pools struct {
	write, read *sql.DB
	d           dialect
	schema      int64        // its version
	still       func() error // whether its file is where it was; nil: there is none
	close       func() error
}

// openPools chooses the database by the DSN.
func openPools(ctx context.Context, cfg Config) (*pools, error) {
	isPostgres := strings.HasPrefix(cfg.DSN, "postgres://") || strings.HasPrefix(cfg.DSN, "postgresql://")
	switch {
	case isPostgres && cfg.Existing:
		return openExistingPostgres(ctx, cfg)
	case isPostgres:
		return openPostgres(ctx, cfg)
	case cfg.DSN != "":
		return nil, ErrDSN
	case cfg.Replicas > 1:
		return nil, ErrReplicas
	case cfg.Dir == "":
		return nil, &InvalidError{"folder", "empty"}
	case cfg.Existing:
		return openExistingSQLite(ctx, cfg)
	}
	return openSQLite(ctx, cfg)
}
