package emulator

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
)

// isSTS tells requests to STS apart: they go to the root, with a form.
func isSTS(r *http.Request) bool { return r.URL.Path == "/" }

// stsErrors are STS's names for the errors of the signature check.
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
var stsErrors = map[string]string{
	"MissingAuthenticationTokenException": "MissingAuthenticationToken",
	"UnrecognizedClientException":         "InvalidClientTokenId",
	"ExpiredTokenException":               "ExpiredToken",
	"InvalidSignatureException":           "SignatureDoesNotMatch",
	"IncompleteSignatureException":        "IncompleteSignature",
}

type stsIdentity struct {
	XMLName xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ GetCallerIdentityResponse"`
	ARN     string   `xml:"GetCallerIdentityResult>Arn"`
	UserID  string   `xml:"GetCallerIdentityResult>UserId"`
	Account string   `xml:"GetCallerIdentityResult>Account"`
	Request string   `xml:"ResponseMetadata>RequestId"`
}

type stsError struct {
	XMLName xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ ErrorResponse"`
	Type    string   `xml:"Error>Type"`
	Code    string   `xml:"Error>Code"`
	Message string   `xml:"Error>Message"`
	Request string   `xml:"RequestId"`
}

// serveSTS answers GetCallerIdentity, which needs no permission: not even an
// explicit Deny takes it away.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func (x *exchange) serveSTS() string {
	who, fault := x.authenticate(stsRules, x.r, x.body)
	if fault != nil {
		code := stsErrors[fault.kind]
		if code == "" {
			code = fault.kind
		}
		return x.stsFault(fault.status, code, fault.message)
	}
	form, err := url.ParseQuery(string(x.body))
	action := form.Get("Action")
	if x.r.Method == http.MethodGet {
		action = x.r.URL.Query().Get("Action")
	}
	if err != nil || action != "GetCallerIdentity" {
		return x.stsFault(http.StatusBadRequest, "InvalidAction", "The emulator implements GetCallerIdentity and not "+strconv.Quote(action)+".")
	}
	x.writeXML(http.StatusOK, stsIdentity{ARN: who.cred.Principal, UserID: who.cred.UserID, Account: who.cred.account(), Request: x.id})
	return outcomeOK
}

func (x *exchange) stsFault(status int, code, message string) string {
	x.writeXML(status, stsError{Type: "Sender", Code: code, Message: message, Request: x.id})
	return code
}

func (x *exchange) writeXML(status int, v any) {
	data, err := xml.Marshal(v)
	if err != nil { // strings always encode
		panic(err)
	}
	x.w.Header().Set("Content-Type", "text/xml")
	x.w.WriteHeader(status)
	_, _ = x.w.Write(data) // the client may have gone
}
