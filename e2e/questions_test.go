package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
)

// TestQuestionOfTheContract is what a developer asks first, from the example of
// the contract. It is answered by the fact that holds it, and what no fact holds
// is declined.
func TestQuestionOfTheContract(t *testing.T) {
	t.Parallel()
	p := local(t, nil)
	a, _ := p.recommend(t, example(t, "p0.json", nil))
	code := map[string]string{}
	for _, f := range a.Analysis.Facts {
		code[f.ID] = f.Code
	}
	for question, want := range map[string]string{
		contractsQuestion(t):              "top_n_weight",
		"What are the fees of my funds?":  "expense_ratio",
		"How much is my net worth?":       "net_worth",
		"What will it be worth tomorrow?": "",
	} {
		body, err := json.Marshal(map[string]string{"question": question})
		if err != nil {
			t.Fatal(err)
		}
		status, text := p.call(t, http.MethodPost, "/v1/recommendations/"+a.ID+"/questions", body)
		var reply struct {
			Answered bool
			Answer   string
			Evidence []string
		}
		if err := json.Unmarshal(text, &reply); err != nil || status != http.StatusOK {
			t.Fatalf("%q: status %d, %v", question, status, err)
		}
		if got := append(reply.Evidence, "")[0]; code[got] != want || reply.Answered != (want != "") || reply.Answer == "" {
			t.Errorf("%q: %+v", question, reply)
		}
	}
}

// contractsQuestion is the free question among the contract's examples.
func contractsQuestion(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct {
					Examples map[string]struct{ Value any }
				}
			}
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	operation := doc.Paths["/v1/recommendations/{id}/questions"]["post"]
	free, _ := operation.RequestBody.Content["application/json"].Examples["free"].Value.(map[string]any)
	question, _ := free["question"].(string)
	if question == "" {
		t.Fatal("the contract has no free question")
	}
	return question
}
