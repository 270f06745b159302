package emulator

// topic is what a question may be about, and the facts that answer it.
type topic struct {
	name  string
	codes []string
	// wide topics are also answered by the shares of a subject that the question
	// names: a region may be too large without a target.
	wide bool
	// parts are the pieces of a whole, beside which to ask for the largest or the
	// spread asks for no more.
	parts bool
}

// topics are in the order in which they are looked for: a phrase counts for the
// first that has it, so that an emergency fund is no fund with a fee.
var topics = []topic{
	{name: "reserve", codes: []string{"emergency_fund_months"}},
	{name: "idle", codes: []string{"excess_cash", "cash_drag"}},
	{name: "rate", codes: []string{"debt_interest_rate"}},
	{name: "service", codes: []string{"debt_service_ratio"}},
	{name: "debt", codes: []string{"debt_ratio", "high_interest_debt"}},
	{name: "savings", codes: []string{"savings_rate"}},
	{name: "net_worth", codes: []string{"net_worth"}},
	{name: "worth", codes: []string{"total_value"}},
	{name: "harvest", codes: []string{"harvestable_loss"}},
	{name: "tax", codes: []string{"tax_if_sold"}},
	{name: "gain", codes: []string{"unrealised_gain", "unrealised_return"}},
	{name: "fees", codes: []string{"annual_fee", "expense_ratio", "fund_expense_ratio"}},
	{name: "drawdown", codes: []string{"max_drawdown", "var_95"}},
	{name: "volatility", codes: []string{"volatility"}},
	{name: "sharpe", codes: []string{"sharpe"}},
	{name: "risk", codes: []string{"effective_risk_level", "volatility", "max_drawdown"}},
	{name: "drift", codes: []string{"portfolio_drift", "class_drift"}, wide: true},
	{name: "sectors", parts: true, codes: []string{"sector_weight"}},
	{name: "markets", parts: true, codes: []string{"market_weight"}},
	{name: "home", codes: []string{"home_bias"}},
	{name: "regions", parts: true, codes: []string{"region_weight"}},
	{name: "currencies", parts: true, codes: []string{"currency_weight"}},
	{name: "accounts", parts: true, codes: []string{"account_weight"}},
	{name: "classes", parts: true, codes: []string{"asset_class_weight"}},
	{name: "age", codes: []string{"glide_path_equity"}},
	{name: "prices", codes: []string{"stale_prices", "stale_price_days"}},
	{name: "advice"}, // by the reason of an action
	{name: "largest", codes: []string{"top_n_weight"}, wide: true},
	{name: "spread", codes: []string{"effective_number", "top_n_weight", "hhi"}, wide: true},
	{name: "cash", codes: []string{"cash_balance", "asset_class_weight", "class_drift"}},
	{name: "size", wide: true},
}

// The topics that the code names. Some are none beside others.
const (
	topicLargest = "largest"
	topicSpread  = "spread"
	topicClasses = "classes"
	topicCash    = "cash"
	topicAdvice  = "advice"
	topicSize    = "size"
)

// shares are the codes that say how large a subject is, and against which bound.
var shares = []string{
	"asset_class_weight", "class_drift", "issuer_weight", "region_weight", "sector_weight", "currency_weight", "market_weight",
}

// subjects are the words of a prompt that a question may name, in the order in
// which they are looked for.
var subjects = []string{
	"real_estate", "commodity", "cryptocurrency", "alternative", "government", "corporate", "equity", "fixed_income",
	"latin_america", "north_america", "europe", "middle_east", "africa", "asia_pacific", "emerging", "developed",
	"energy", "materials", "industrials", "consumer_discretionary", "consumer_staples", "health_care", "financials",
	"technology", "communication_services", "utilities",
}

// alsoCalled are other words of a prompt for the same.
var alsoCalled = map[string]string{"technology": "information_technology"}
