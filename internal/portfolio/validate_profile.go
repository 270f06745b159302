package portfolio

func (c *checker) checkProfile(at string, p *Profile) {
	c.years(at, "/age", p.Age, 130)
	optional(c, at, "/risk_tolerance", p.RiskTolerance, RiskLevels[:]...)
	optional(c, at, "/risk_capacity", p.RiskCapacity, RiskLevels[:]...)
	c.years(at, "/time_horizon_years", p.TimeHorizonYears, 100)
	if c.count(at, "/objectives", len(p.Objectives), 10) {
		for i, objective := range p.Objectives {
			oneOf(c, item(at+"/objectives", i), "", objective,
				"capital_preservation", "income", "balanced", "growth", "aggressive_growth")
		}
	}
	optional(c, at, "/liquidity_needs", p.LiquidityNeeds, "low", "medium", "high")
	optional(c, at, "/experience", p.Experience, "none", "limited", "intermediate", "extensive")
	if p.EmergencyFundMonths != nil {
		c.between(at, "/emergency_fund_months", *p.EmergencyFundMonths, 120)
	}
	c.fraction(at, "/tax/short_term_rate", p.Tax.ShortTermRate)
	c.fraction(at, "/tax/long_term_rate", p.Tax.LongTermRate)
}

func (c *checker) checkConstraints(at string, limits *Constraints) {
	c.checkTickers(at+"/exclude_tickers", limits.ExcludeTickers)
	if c.count(at, "/exclude_sectors", len(limits.ExcludeSectors), maxOthers) {
		for i, sector := range limits.ExcludeSectors {
			c.text(item(at+"/exclude_sectors", i), "", sector, maxSectorLength)
		}
	}
	c.checkTickers(at+"/no_sell", limits.NoSell)
	if c.count(at, "/buy_list", len(limits.BuyList), maxOthers) {
		for i := range limits.BuyList {
			c.checkCandidate(item(at+"/buy_list", i), &limits.BuyList[i])
		}
	}
	c.notNegative(at, "/min_trade_amount", limits.MinTradeAmount)
	c.fraction(at, "/max_turnover", limits.MaxTurnover)
}

func (c *checker) checkTickers(at string, tickers []string) {
	if !c.count(at, "", len(tickers), maxOthers) {
		return
	}
	for i, ticker := range tickers {
		if ticker == "" {
			c.fault(item(at, i), "", "required", "A ticker must not be empty.")
		}
		c.ticker(item(at, i), "", ticker)
	}
}

func (c *checker) checkCandidate(at string, candidate *Candidate) {
	c.checkInstrument(at, &candidate.Instrument)
	c.optionalMoney(at, "/currency", candidate.Currency)
	if candidate.Price != nil {
		c.positive(at, "/price", *candidate.Price)
	}
}
