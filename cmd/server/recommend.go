package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"ballast.internal/ballast/internal/recommend"
)

func runRecommend(ctx context.Context, args []string, env environment) error {
	var reportFile string
	t, err := newTerminal("recommend", args, env, func(fs *flag.FlagSet) {
		fs.StringVar(&reportFile, "o", "", "also write the report to this `file`, HTML of two pages to print")
	})
	if err != nil {
		return err
	}
	if err := checkReport(reportFile, t.source.file); err != nil {
		return usageError{err}
	}
	return t.withService(ctx, func(a *app) error {
		if err := a.checkSpender(t.client); err != nil {
			return err
		}
		res, err := t.recommend(ctx, a.service, env)
		if err != nil {
			return err
		}
		answer, err := res.Answer()
		if err != nil {
			return err
		}
		if reportFile != "" {
			err = writeReport(reportFile, &answer, t.req.Options.Language)
		}
		return errors.Join(t.print(&res, &answer, env), err) // it has been paid for, whatever became of the report
	})
}

func (t terminal) print(res *recommend.Result, answer *recommend.Answer, env environment) error {
	if t.asJSON {
		_, err := env.stdout.Write(append(res.Body, '\n'))
		return err
	}
	return printAnswer(env.stdout, answer, t.req.Options.Language, env.paletteFor(env.stdout))
}

// recommend asks for the answer and shows the stages on the way to it.
func (t terminal) recommend(ctx context.Context, s *recommend.Service, env environment) (recommend.Result, error) {
	show := newStages(env.stderr, env.isTerminal(env.stderr), env.paletteFor(env.stderr))
	defer show.fail()
	show.begin("analysis", "USD 0")
	asked := false
	res, err := s.Recommend(ctx, t.req, func(step recommend.Step) {
		if step.Stage == recommend.StageModel && !asked {
			asked = true
			show.begin("model", t.bound(ctx, s))
		}
	})
	if err != nil {
		return res, err
	}
	show.end(fmt.Sprintf("answer  source %s  USD %s", res.Source, res.Usage.CostUSD))
	return res, nil
}

// bound says what the model may cost; "" when that cannot be told.
func (t terminal) bound(ctx context.Context, s *recommend.Service) string {
	e, err := s.Estimate(ctx, t.req)
	if err != nil || !e.NeedsModel {
		return ""
	}
	return "USD " + e.WorstCaseUSD() + " at the most"
}
