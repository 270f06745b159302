package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"reflect"
	"slices"
	"time"

	"github.com/caarlos0/env/v11"

	"ballast.internal/ballast/internal/bedrock"
	"ballast.internal/ballast/internal/ratelimit"
	"ballast.internal/ballast/internal/recommend"
	"ballast.internal/ballast/internal/telemetry"
)

// settings are the process's own: set by environment, some of them by flag.
type settings struct {
	Local            bool
	Addr             string        `env:"ADDR" envDefault:":8080"`
	AdminAddr        string        `env:"ADMIN_ADDR" envDefault:":9090"`
	DataDir          string        `env:"DATA_DIR" envDefault:"./data"`
	ConfigFile       string        `env:"CONFIG"`
	DatabaseURL      string        `env:"DATABASE_URL" secret:"true"`
	DatabaseTimeout  time.Duration `env:"DATABASE_TIMEOUT" envDefault:"5s"`
	RedisURL         string        `env:"REDIS_URL" secret:"true"`
	RedisTimeout     time.Duration `env:"REDIS_TIMEOUT" envDefault:"50ms"`
	Replicas         int           `env:"REPLICAS" envDefault:"1"`
	Region           string        `env:"REGION" envDefault:"us-east-2"`
	ModelID          string        `env:"MODEL_ID" envDefault:"anthropic.claude-3-haiku-20240307-v1:0"`
	ModelOutput      string        `env:"MODEL_OUTPUT"`
	Endpoint         string        `env:"BEDROCK_ENDPOINT"`
	CredentialsFile  string        `env:"AWS_CREDENTIALS_FILE"`
	AllowBearerToken bool          `env:"ALLOW_BEARER_TOKEN"`
	ModelTimeout     time.Duration `env:"MODEL_TIMEOUT" envDefault:"15s"`
	DrainDelay       time.Duration `env:"DRAIN_DELAY" envDefault:"3s"`
	ShutdownTimeout  time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"60s"`
	KeyPepper        string        `env:"KEY_PEPPER" secret:"true"`
	JournalKeys      string        `env:"JOURNAL_KEYS" secret:"true"`
	LogFormat        string        `env:"LOG_FORMAT" envDefault:"json"`
	LogLevel         string        `env:"LOG_LEVEL" envDefault:"info"`
	Faults           string

	now    func() time.Time
	serves bool // and keeps other servers from the data; a command works beside one
}

// envPrefix stands before the name of each setting in the environment.
const envPrefix = "BALLAST_"

// settingsHelp describes each setting, in the order of the help.
var settingsHelp = []struct{ name, help string }{
	{"ADDR", "where the API listens (-addr)"},
	{"ADMIN_ADDR", "where metrics, health and profiles listen (-admin-addr)"},
	{"DATA_DIR", "folder of the SQLite database (-data-dir)"},
	{"CONFIG", "YAML file of clients, limits and budgets; required without -local"},
	{"DATABASE_URL", "PostgreSQL URL in place of SQLite; required with several replicas"},
	{"DATABASE_TIMEOUT", "how long the database may take to write before callers get 503; at most 30s"},
	{"REDIS_URL", "Redis URL: replicas share limits, the quota and cached answers; without it each gets its part of the limits"},
	{"REDIS_TIMEOUT", "how long Redis may take to answer before each replica gets its part of the limits"},
	{"REPLICAS", "how many processes share the database and the quota"},
	{"REGION", "AWS region"},
	{"MODEL_ID", "Bedrock model or inference profile"},
	{"MODEL_OUTPUT", "prefill, or tool for a forced tool call; empty: prefill where the catalogue says that the model takes it"},
	{"BEDROCK_ENDPOINT", "endpoint in place of the region's own"},
	{"AWS_CREDENTIALS_FILE", "mounted AWS credentials file, read again when it is rotated"},
	{"ALLOW_BEARER_TOKEN", "accept AWS_BEARER_TOKEN_BEDROCK in place of signatures"},
	{"MODEL_TIMEOUT", "how long one model call may take"},
	{"DRAIN_DELAY", "how long a stopping server still takes requests, unready, until load balancers notice; 0s with -local"},
	{"SHUTDOWN_TIMEOUT", "how long requests in flight may take to finish at shutdown"},
	{"KEY_PEPPER", "secret under which API keys are hashed, 32 bytes or more in base64; required without -local"},
	{"JOURNAL_KEYS", "ID:BASE64 of 32 bytes each, comma-separated, the first is active; empty: the journal is not encrypted"},
	{"LOG_FORMAT", "json or text"},
	{"LOG_LEVEL", "debug, info, warn or error"},
}

// loadSettings reads the environment and then the flags, which win. It reports
// every fault it finds, each by the setting's name.
func loadSettings(args []string, e environment) (settings, error) {
	s, faults := readEnvironment(e)
	fs := newFlags(e, "server [-local] [flags]\n       server COMMAND [flags]")
	usage := fs.Usage
	fs.Usage = func() { usage(); printHelp(fs.Output()) }
	fs.BoolVar(&s.Local, "local", false, "everything on this machine: the Bedrock emulator, SQLite and a demo key")
	fs.StringVar(&s.Addr, "addr", s.Addr, "API `address`")
	fs.StringVar(&s.AdminAddr, "admin-addr", s.AdminAddr, "admin `address`")
	fs.StringVar(&s.DataDir, "data-dir", s.DataDir, "data `folder`")
	fs.StringVar(&s.Faults, "faults", "", "faults of the emulator with -local, such as throttle=0.1,latency=800ms")
	if err := parse(fs, args, 0); err != nil {
		return s, err
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	s.localDefaults(given, e.getenv)
	s.validate(e.getenv, faults)
	s.validateConfig(faults)
	return s, faults.err()
}

// validateConfig checks the file that a setting names, so that what is wrong
// with it is told with the other faults and not after they are mended.
func (s *settings) validateConfig(faults *settingFaults) {
	if s.ConfigFile == "" {
		return
	}
	if _, _, err := readConfigFile(s.ConfigFile, s.now()); err != nil {
		faults.add("CONFIG", "%w", err)
	}
}

// loadTerminalSettings is loadSettings for a command on the terminal: local
// unless a configuration file is named. bind adds the command's own flags.
func loadTerminalSettings(args []string, e environment, usage string, bind func(*flag.FlagSet)) (settings, error) {
	s, faults := readEnvironment(e)
	fs := newFlags(e, usage)
	fs.BoolVar(&s.Local, "local", s.ConfigFile == "", "the Bedrock emulator in place of Bedrock; the default without "+envPrefix+"CONFIG")
	fs.StringVar(&s.DataDir, "data-dir", s.DataDir, "data `folder`")
	if bind != nil {
		bind(fs)
	}
	if err := parse(fs, args, 0); err != nil {
		return s, err
	}
	s.validate(e.getenv, faults)
	return s, faults.err()
}

// settingFaults collects what is wrong with the settings, at the most one
// fault for each.
type settingFaults struct {
	named map[string]bool
	all   []error
}

// add notes a fault of the setting of that name.
func (f *settingFaults) add(name, format string, args ...any) {
	if f.named[name] {
		return
	}
	f.named[name] = true
	f.all = append(f.all, fmt.Errorf(envPrefix+name+": "+format, args...))
}

func (f *settingFaults) err() error {
	if err := errors.Join(f.all...); err != nil {
		return usageError{err}
	}
	return nil
}

// readEnvironment reads all that can be read. A value is never repeated: some
// are secrets.
func readEnvironment(e environment) (settings, *settingFaults) {
	s := settings{now: e.now}
	if s.now == nil {
		s.now = time.Now
	}
	faults := &settingFaults{named: map[string]bool{}}
	err := env.ParseWithOptions(&s, env.Options{Prefix: envPrefix, Environment: env.ToMap(e.environ)})
	var several env.AggregateError
	if errors.As(err, &several) {
		for _, err := range several.Errors {
			faults.addParse(err)
		}
	}
	if s.Endpoint == "" { // the SDK's own variable, which its clients read from a shared configuration alone
		s.Endpoint = e.getenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME")
	}
	return s, faults
}

// addParse notes that a variable has a value of the wrong type.
func (f *settingFaults) addParse(err error) {
	var wrong env.ParseError
	if !errors.As(err, &wrong) {
		f.all = append(f.all, err)
		return
	}
	field, _ := reflect.TypeFor[settings]().FieldByName(wrong.Name)
	want := map[reflect.Kind]string{reflect.Int: "a whole number", reflect.Bool: "true or false"}[field.Type.Kind()]
	if field.Type == reflect.TypeFor[time.Duration]() {
		want = "a duration such as 15s"
	}
	f.add(field.Tag.Get("env"), "want %s", want)
}

// localDefaults keeps -local on loopback and readable, unless told otherwise.
func (s *settings) localDefaults(given map[string]bool, getenv func(string) string) {
	if !s.Local {
		return
	}
	unless := func(flag, name string, target *string, value string) {
		if !given[flag] && getenv(envPrefix+name) == "" {
			*target = value
		}
	}
	unless("addr", "ADDR", &s.Addr, "127.0.0.1:8080")
	unless("admin-addr", "ADMIN_ADDR", &s.AdminAddr, "127.0.0.1:9090")
	unless("", "LOG_FORMAT", &s.LogFormat, "text")
	if getenv(envPrefix+"DRAIN_DELAY") == "" {
		s.DrainDelay = 0
	}
}

func (s *settings) validate(getenv func(string) string, faults *settingFaults) {
	for _, a := range [][2]string{{"ADDR", s.Addr}, {"ADMIN_ADDR", s.AdminAddr}} {
		if !isAddress(a[1]) {
			faults.add(a[0], "want host:port or :port")
		}
	}
	if s.Replicas < 1 {
		faults.add("REPLICAS", "want 1 or more")
	}
	if s.Replicas > 1 && s.DatabaseURL == "" {
		faults.add("DATABASE_URL", "required with several replicas: SQLite cannot be shared")
	}
	if s.RedisURL != "" {
		if client, err := ratelimit.NewRedisClient(s.RedisURL, s.RedisTimeout); err != nil {
			faults.add("REDIS_URL", "want redis://user:password@host:6379/0 or unix:///path")
		} else {
			_ = client.Close() // nothing was opened yet
		}
	}
	if s.DatabaseTimeout <= 0 || s.DatabaseTimeout > 30*time.Second {
		faults.add("DATABASE_TIMEOUT", "want more than 0 and at most 30s")
	}
	if s.RedisTimeout <= 0 {
		faults.add("REDIS_TIMEOUT", "want more than 0")
	}
	if s.ModelTimeout <= 0 {
		faults.add("MODEL_TIMEOUT", "want more than 0s")
	}
	if s.DrainDelay < 0 || s.DrainDelay > time.Minute {
		faults.add("DRAIN_DELAY", "want 0s to 1m")
	}
	if s.ShutdownTimeout <= 0 {
		faults.add("SHUTDOWN_TIMEOUT", "want more than 0s")
	}
	if _, err := s.journalKeys(); err != nil {
		faults.add("JOURNAL_KEYS", "%w", err)
	}
	if !slices.Contains([]recommend.OutputMode{"", recommend.OutputPrefill, recommend.OutputTool}, s.outputMode()) {
		faults.add("MODEL_OUTPUT", "want prefill or tool")
	}
	if _, err := telemetry.NewLogger(io.Discard, s.LogFormat, "info"); err != nil {
		faults.add("LOG_FORMAT", "want json or text")
	}
	if _, err := telemetry.NewLogger(io.Discard, "json", s.LogLevel); err != nil {
		faults.add("LOG_LEVEL", "want debug, info, warn or error")
	}
	if !s.Local {
		s.validateProduction(getenv, faults)
	}
}

// validateProduction checks what -local does not need.
func (s *settings) validateProduction(getenv func(string) string, faults *settingFaults) {
	if s.Faults != "" {
		faults.all = append(faults.all, errors.New("-faults: only with -local"))
	}
	if s.ConfigFile == "" {
		faults.add("CONFIG", "required without -local")
	}
	if _, err := s.pepper(); err != nil {
		faults.add("KEY_PEPPER", "required without -local: 32 bytes or more in base64")
	}
	if err := bedrock.CheckBearerToken(getenv, s.AllowBearerToken); err != nil {
		faults.all = append(faults.all, err)
	}
}

// timeouts bound the work on one request. A reservation gives up before a record
// does: without it the rules still answer.
func (s *settings) timeouts() recommend.Timeouts {
	return recommend.Timeouts{Attempt: s.ModelTimeout, Ledger: s.DatabaseTimeout * 3 / 5, Journal: s.DatabaseTimeout}
}

func (s *settings) outputMode() recommend.OutputMode { return recommend.OutputMode(s.ModelOutput) }
