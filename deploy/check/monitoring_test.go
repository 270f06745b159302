package check

import (
	"os"
	"reflect"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

// The operator is given the rules that promtool tests.
func TestPrometheusRuleHoldsTheTestedRules(t *testing.T) {
	text, err := os.ReadFile("../prometheus/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var want monitoringv1.PrometheusRuleSpec
	if err := yaml.UnmarshalStrict(text, &want); err != nil {
		t.Fatal(err)
	}
	got := render(t, "single", "monitoring")["PrometheusRule/ballast"].(*monitoringv1.PrometheusRule).Spec
	if !reflect.DeepEqual(got, want) {
		t.Errorf("components/monitoring/prometheusrule.yaml differs from prometheus/rules.yaml: copy its groups, indented by two")
	}
}

// The scraper finds the admin port of the Service that it selects.
func TestServiceMonitorSelectsTheAdminPort(t *testing.T) {
	objects := render(t, "replicated", "monitoring")
	monitor := objects["ServiceMonitor/ballast"].(*monitoringv1.ServiceMonitor)
	service := objects["Service/ballast-admin"].(*corev1.Service)
	selector, err := metav1.LabelSelectorAsSelector(&monitor.Spec.Selector)
	if err != nil {
		t.Fatal(err)
	}
	for name, object := range objects {
		if s, ok := object.(*corev1.Service); ok && selector.Matches(labels.Set(s.Labels)) != (s == service) {
			t.Errorf("the monitor's %s and the labels of %s, %v", selector, name, s.Labels)
		}
	}
	if monitor.Spec.Endpoints[0].Port != service.Spec.Ports[0].Name {
		t.Error("the monitor's port is not the Service's")
	}
}
