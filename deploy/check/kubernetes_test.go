package check

import (
	"os"
	"path/filepath"
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
	return renderAt(t, dir)
}

func renderAt(t *testing.T, dir string) rendered {
	t.Helper()
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
		out[overlay+" with Pod Identity"] = render(t, overlay, "monitoring", "workload-identity")
		out[overlay+" with IRSA"] = render(t, overlay, "monitoring", "irsa")
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

// An outage of what all replicas share takes none of them out of the Service,
// so that callers hear of it and analyses are still answered, and restarts none.
func TestReadinessGoesWithoutTheDatabase(t *testing.T) {
	for name, objects := range all(t) {
		container := objects.deployment(t).Spec.Template.Spec.Containers[0]
		for _, probe := range []*corev1.Probe{container.StartupProbe, container.ReadinessProbe} {
			if path := probe.HTTPGet.Path; path != "/readyz?exclude=database" {
				t.Errorf("%s: asks for %s", name, path)
			}
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
