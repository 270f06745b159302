package check

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	admission "k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// rendered are the objects of one overlay, by kind and name.
type rendered map[string]runtime.Object

// render builds an overlay, with components added, and decodes every document
// strictly: an unknown or doubled field is an error.
func render(t *testing.T, overlay string, components ...string) rendered {
	t.Helper()
	dir, err := filepath.Abs("../kubernetes/overlays/" + overlay)
	if err != nil {
		t.Fatal(err)
	}
	if len(components) > 0 {
		dir = withComponents(t, dir, components)
	}
	result, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Fatal(err)
	}
	out := rendered{}
	for _, r := range result.Resources() {
		text, err := r.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		object, kind, err := decoder(t).Decode(text, nil, nil)
		if err != nil {
			t.Fatalf("%s %s: %v", r.GetKind(), r.GetName(), err)
		}
		out[kind.Kind+"/"+r.GetName()] = object
	}
	return out
}

// withComponents writes a kustomization over an overlay.
func withComponents(t *testing.T, overlay string, components []string) string {
	t.Helper()
	root := filepath.Dir(filepath.Dir(overlay))
	dir, err := os.MkdirTemp(root, ".check-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	text := "resources: [../overlays/" + filepath.Base(overlay) + "]\ncomponents:\n"
	for _, c := range components {
		text += "  - ../components/" + c + "\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func decoder(t *testing.T) runtime.Decoder {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, autoscalingv2.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme, monitoringv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
}

func (r rendered) deployment(t *testing.T) *appsv1.Deployment {
	t.Helper()
	d, ok := r["Deployment/ballast"].(*appsv1.Deployment)
	if !ok || len(d.Spec.Template.Spec.Containers) != 1 {
		t.Fatalf("no deployment of one container in %v", r)
	}
	return d
}

// all renders every overlay, plain and with each component.
func all(t *testing.T) map[string]rendered {
	t.Helper()
	out := map[string]rendered{}
	for _, overlay := range []string{"single", "replicated"} {
		out[overlay] = render(t, overlay)
		out[overlay+" with components"] = render(t, overlay, "monitoring", "workload-identity")
	}
	return out
}

// Every pod passes pod security admission at its strictest level.
func TestPodsAreRestricted(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	level := admission.LevelVersion{Level: admission.LevelRestricted, Version: admission.LatestVersion()}
	evaluate := func(pod corev1.PodTemplateSpec) (refused []string) {
		for _, r := range evaluator.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec) {
			if !r.Allowed {
				refused = append(refused, r.ForbiddenReason+": "+r.ForbiddenDetail)
			}
		}
		return refused
	}
	for name, objects := range all(t) {
		pod := objects.deployment(t).Spec.Template
		if refused := evaluate(pod); len(refused) > 0 {
			t.Errorf("%s: %q", name, refused)
		}
		pod.Spec.Containers[0].SecurityContext.AllowPrivilegeEscalation = nil
		if len(evaluate(pod)) == 0 {
			t.Errorf("%s: the evaluation finds nothing", name)
		}
	}
}

// What restricted does not ask for, and these manifests promise.
func TestPodsAreConfined(t *testing.T) {
	for name, objects := range all(t) {
		pod := objects.deployment(t).Spec.Template.Spec
		c := pod.Containers[0]
		if s := c.SecurityContext; s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem {
			t.Errorf("%s: the root filesystem can be written", name)
		}
		account, _ := objects["ServiceAccount/ballast"].(*corev1.ServiceAccount)
		if account == nil || *account.AutomountServiceAccountToken || *pod.AutomountServiceAccountToken {
			t.Errorf("%s: the pod has a token of the cluster", name)
		}
		if c.Resources.Requests.Memory().IsZero() || c.Resources.Limits.Memory().IsZero() || c.Resources.Limits.Cpu().IsZero() {
			t.Errorf("%s: without requests or limits", name)
		}
		if c.LivenessProbe == nil || c.ReadinessProbe == nil || c.StartupProbe == nil || len(pod.TopologySpreadConstraints) == 0 {
			t.Errorf("%s: without probes or spread", name)
		}
		if _, ok := objects["NetworkPolicy/ballast"]; !ok {
			t.Errorf("%s: without a network policy", name)
		}
	}
}

// drainDelay is how long the server goes on accepting on SIGTERM.
const drainDelay = 3 * time.Second

// A pod is given longer to end than the server takes, and the server longer
// than a model call.
func TestPodsEndGracefully(t *testing.T) {
	for name, objects := range all(t) {
		d := objects.deployment(t)
		grace := time.Duration(*d.Spec.Template.Spec.TerminationGracePeriodSeconds) * time.Second
		values := plainEnvironment(d)
		shutdown, err := time.ParseDuration(values["BALLAST_SHUTDOWN_TIMEOUT"])
		if err != nil {
			t.Fatal(err)
		}
		model, err := time.ParseDuration(values["BALLAST_MODEL_TIMEOUT"])
		if err != nil {
			t.Fatal(err)
		}
		if model*2 >= shutdown || shutdown+drainDelay >= grace {
			t.Errorf("%s: model %v, shutdown %v, grace %v", name, model, shutdown, grace)
		}
	}
}

// plainEnvironment are the variables with a value in the manifest.
func plainEnvironment(d *appsv1.Deployment) map[string]string {
	out := map[string]string{}
	for _, v := range d.Spec.Template.Spec.Containers[0].Env {
		out[v.Name] = v.Value
	}
	return out
}

// Of several replicas none shares SQLite, and the autoscaler makes no more than
// the limits are divided by.
func TestReplicas(t *testing.T) {
	single, replicated := render(t, "single"), render(t, "replicated")
	d := single.deployment(t)
	if *d.Spec.Replicas != 1 || d.Spec.Strategy.Type != appsv1.RecreateDeploymentStrategyType || single["PersistentVolumeClaim/ballast-data"] == nil {
		t.Errorf("single: %d replicas, strategy %s", *d.Spec.Replicas, d.Spec.Strategy.Type)
	}
	if single["HorizontalPodAutoscaler/ballast"] != nil || single["PodDisruptionBudget/ballast"] != nil {
		t.Error("single: is scaled, or cannot be drained")
	}
	hpa := replicated["HorizontalPodAutoscaler/ballast"].(*autoscalingv2.HorizontalPodAutoscaler)
	env := plainEnvironment(replicated.deployment(t))
	shares, err := strconv.Atoi(env["BALLAST_REPLICAS"])
	if err != nil || int(hpa.Spec.MaxReplicas) > shares {
		t.Errorf("replicated: up to %d replicas, BALLAST_REPLICAS %q", hpa.Spec.MaxReplicas, env["BALLAST_REPLICAS"])
	}
	if _, ok := env["BALLAST_DATABASE_URL"]; !ok {
		t.Error("replicated: without a database")
	}
	if pdb := replicated["PodDisruptionBudget/ballast"].(*policyv1.PodDisruptionBudget); len(pdb.Spec.Selector.MatchLabels) == 0 {
		t.Error("the disruption budget selects every pod")
	}
}

// The egress that each overlay opens, and nothing else.
func TestNetworkPolicy(t *testing.T) {
	for overlay, want := range map[string][]int32{"single": {53, 53, 443}, "replicated": {53, 53, 443, 5432, 6379}} {
		p := render(t, overlay)["NetworkPolicy/ballast"].(*networkingv1.NetworkPolicy)
		var ports []int32
		for _, rule := range p.Spec.Egress {
			if len(rule.To) == 0 || len(rule.Ports) == 0 {
				t.Errorf("%s: a rule without a peer or a port allows all of them", overlay)
			}
			for _, port := range rule.Ports {
				ports = append(ports, port.Port.IntVal)
			}
		}
		if !slices.Equal(ports, want) || len(p.Spec.PolicyTypes) != 2 || len(p.Spec.PodSelector.MatchLabels) == 0 {
			t.Errorf("%s: egress to ports %v of %v, want %v", overlay, ports, p.Spec.PolicyTypes, want)
		}
	}
}

// server builds the program and returns its path.
func server(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "server")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", path, "./cmd/server")
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// Every variable of the manifests is one that the program knows, and the
// configuration is one that it takes.
func TestSettingsAreTheProgramsOwn(t *testing.T) {
	program := server(t)
	help, err := exec.CommandContext(t.Context(), program, "-h").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"GOMEMLIMIT": true}
	for _, name := range regexp.MustCompile(`(?m)^\s+(BALLAST_[A-Z_]+)`).FindAllSubmatch(help, -1) {
		known[string(name[1])] = true
	}
	for name, objects := range all(t) {
		for variable := range plainEnvironment(objects.deployment(t)) {
			if !known[variable] {
				t.Errorf("%s: %s is no setting of the program", name, variable)
			}
		}
		config := objects["ConfigMap/ballast"].(*corev1.ConfigMap).Data["ballast.yaml"]
		file := filepath.Join(t.TempDir(), "ballast.yaml")
		if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), program, "config", "check", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// The environment of each overlay is complete: with it the program starts as
// far as its first contact with what is not there. Paths and addresses are the
// test's own.
func TestTheProgramTakesTheEnvironment(t *testing.T) {
	program := server(t)
	secrets := map[string]string{
		"key-pepper":   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"journal-keys": "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"database-url": "postgres://ballast@127.0.0.1:1/ballast", "redis-url": "redis://127.0.0.1:1/0",
	}
	d := render(t, "replicated").deployment(t)
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = []string{"BALLAST_ADDR=127.0.0.1:0", "BALLAST_ADMIN_ADDR=127.0.0.1:0"}
	for _, v := range d.Spec.Template.Spec.Containers[0].Env {
		value := v.Value
		if v.ValueFrom != nil {
			value = secrets[v.ValueFrom.SecretKeyRef.Key]
		}
		if v.Name == "BALLAST_CONFIG" {
			value = "../kubernetes/base/ballast.yaml"
		}
		cmd.Env = append(cmd.Env, v.Name+"="+value)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != 1 || !strings.Contains(stderr.String(), "127.0.0.1:1") {
		t.Errorf("%v, want it to fail at the database that is not there:\n%s", err, &stderr)
	}
}

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
	for name, value := range monitor.Spec.Selector.MatchLabels {
		if service.Labels[name] != value {
			t.Errorf("the Service has %s=%q, the monitor asks for %q", name, service.Labels[name], value)
		}
	}
	if monitor.Spec.Endpoints[0].Port != service.Spec.Ports[0].Name {
		t.Error("the monitor's port is not the Service's")
	}
	if api := objects["Service/ballast"].(*corev1.Service); api.Labels["app.kubernetes.io/component"] == "admin" || len(api.Spec.Ports) != 1 {
		t.Error("the API's Service leads to the admin port")
	}
}
