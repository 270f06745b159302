package httpapi

import (
	"encoding/json"
	"net/http"

	"ballast.internal/ballast/internal/httpapi/api"
	"ballast.internal/ballast/internal/httpapi/docs"
)

// document is a complete answer. It stands in for the generated types because
// stored answers are sent byte for byte.
type document struct {
	contentType string
	body        []byte
	replayed    bool
}

// encode makes a document before anything is sent.
func encode(v any) (document, error) {
	body, err := json.Marshal(v)
	return jsonDocument(body), err
}

func jsonDocument(body []byte) document {
	return document{contentType: "application/json", body: body}
}

func (d document) write(w http.ResponseWriter) error { return d.writeAs(w, http.StatusOK) }

func (d document) writeAs(w http.ResponseWriter, status int) error {
	if d.replayed {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	writeBody(w, status, d.contentType, d.body)
	return nil
}

// The generated handlers send whatever has the method of their operation.
func (d document) VisitCreateRecommendationResponse(w http.ResponseWriter) error { return d.write(w) }
func (d document) VisitGetRecommendationResponse(w http.ResponseWriter) error    { return d.write(w) }
func (d document) VisitCreateAnalysisResponse(w http.ResponseWriter) error       { return d.write(w) }
func (d document) VisitCreateEstimateResponse(w http.ResponseWriter) error       { return d.write(w) }
func (d document) VisitGetUsageResponse(w http.ResponseWriter) error             { return d.write(w) }
func (d document) VisitListModelsResponse(w http.ResponseWriter) error           { return d.write(w) }
func (d document) VisitImportPortfolioResponse(w http.ResponseWriter) error      { return d.write(w) }
func (d document) VisitListRecommendationsResponse(w http.ResponseWriter) error  { return d.write(w) }
func (d document) VisitCreateFeedbackResponse(w http.ResponseWriter) error       { return d.write(w) }
func (d document) VisitListFeedbackResponse(w http.ResponseWriter) error         { return d.write(w) }
func (d document) VisitCreateQuestionResponse(w http.ResponseWriter) error       { return d.write(w) }
func (d document) VisitListRecordsResponse(w http.ResponseWriter) error          { return d.write(w) }
func (d document) VisitGetRecordResponse(w http.ResponseWriter) error            { return d.write(w) }
func (d document) VisitVerifyJournalResponse(w http.ResponseWriter) error        { return d.write(w) }
func (d document) VisitGetAdminUsageResponse(w http.ResponseWriter) error        { return d.write(w) }
func (d document) VisitGetStatusResponse(w http.ResponseWriter) error            { return d.write(w) }
func (d document) VisitGetBatchResponse(w http.ResponseWriter) error             { return d.write(w) }
func (d document) VisitCancelBatchResponse(w http.ResponseWriter) error          { return d.write(w) }

// page is a page of one caller, under its own policy.
type page struct{ docs.Page }

// VisitGetReportResponse sends a report.
func (p page) VisitGetReportResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Security-Policy", p.Policy)
	writeBody(w, http.StatusOK, mediaTypeOfPages, p.HTML)
	return nil
}

const mediaTypeOfPages = "text/html; charset=utf-8"

var (
	_ api.CreateRecommendationResponseObject = document{}
	_ api.GetRecommendationResponseObject    = document{}
	_ api.CreateAnalysisResponseObject       = document{}
	_ api.CreateEstimateResponseObject       = document{}
	_ api.GetUsageResponseObject             = document{}
	_ api.ListModelsResponseObject           = document{}
	_ api.ImportPortfolioResponseObject      = document{}
	_ api.ListRecommendationsResponseObject  = document{}
	_ api.CreateFeedbackResponseObject       = document{}
	_ api.ListFeedbackResponseObject         = document{}
	_ api.CreateQuestionResponseObject       = document{}
	_ api.ListRecordsResponseObject          = document{}
	_ api.GetRecordResponseObject            = document{}
	_ api.VerifyJournalResponseObject        = document{}
	_ api.GetAdminUsageResponseObject        = document{}
	_ api.GetStatusResponseObject            = document{}
	_ api.GetContractResponseObject          = askedFor{}
	_ api.GetBatchResponseObject             = document{}
	_ api.CancelBatchResponseObject          = document{}
	_ api.CreateBatchResponseObject          = accepted{}
	_ api.GetBatchResultsResponseObject      = results{}
	_ api.GetDocsResponseObject              = askedFor{}
	_ api.GetReportResponseObject            = page{}
)
