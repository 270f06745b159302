package check

import (
	"errors"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

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
	if n := replicated.deployment(t).Spec.Replicas; n != nil || *hpa.Spec.MinReplicas < 3 {
		t.Errorf("replicated: an apply takes what the autoscaler has made, %v", n)
	}
	env := plainEnvironment(replicated.deployment(t))
	shares, err := strconv.Atoi(env["BALLAST_REPLICAS"])
	canary, _ := render(t, "canary")["Deployment/ballast-canary"].(*appsv1.Deployment)
	if err != nil || int(hpa.Spec.MaxReplicas+*canary.Spec.Replicas) > shares {
		t.Errorf("replicated: up to %d replicas and a canary, BALLAST_REPLICAS %q", hpa.Spec.MaxReplicas, env["BALLAST_REPLICAS"])
	}
	if _, ok := env["BALLAST_DATABASE_URL"]; !ok {
		t.Error("replicated: without a database")
	}
}

// Draining nodes takes one replica at a time, and can take one.
func TestADrainLeavesReplicas(t *testing.T) {
	objects := render(t, "replicated")
	pdb := objects["PodDisruptionBudget/ballast"].(*policyv1.PodDisruptionBudget)
	if len(pdb.Spec.Selector.MatchLabels) == 0 {
		t.Error("the disruption budget selects every pod")
	}
	replicas := int(*objects["HorizontalPodAutoscaler/ballast"].(*autoscalingv2.HorizontalPodAutoscaler).Spec.MinReplicas)
	gone, err := intstr.GetScaledValueFromIntOrPercent(pdb.Spec.MaxUnavailable, replicas, true)
	if err != nil || gone != 1 || replicas < 2 {
		t.Errorf("of %d replicas a drain takes %d, %v", replicas, gone, err)
	}
}

// The canary is the replicated deployment with another model, behind the same
// Service and policies, and nothing but a Deployment.
func TestCanary(t *testing.T) {
	objects, beside := render(t, "canary"), render(t, "replicated")
	canary, ok := objects["Deployment/ballast-canary"].(*appsv1.Deployment)
	if !ok || len(objects) != 1 {
		t.Fatalf("the overlay has %d objects", len(objects))
	}
	main := beside.deployment(t)
	pod, want := canary.Spec.Template.Spec.DeepCopy(), main.Spec.Template.Spec.DeepCopy()
	models := map[string]string{}
	for name, spec := range map[string]*corev1.PodSpec{"canary": pod, "main": want} {
		env := spec.Containers[0].Env
		i := slices.IndexFunc(env, func(v corev1.EnvVar) bool { return v.Name == "BALLAST_MODEL_ID" })
		models[name], env[i].Value = env[i].Value, ""
		slices.SortFunc(env, func(a, b corev1.EnvVar) int { return strings.Compare(a.Name, b.Name) })
		spec.TopologySpreadConstraints = nil // each spreads its own
	}
	if models["canary"] == models["main"] || !reflect.DeepEqual(pod, want) {
		t.Errorf("models %v, the canary's pod is\n%+v\nwant\n%+v", models, pod, want)
	}
	for name, selector := range map[string]map[string]string{
		"Service":             beside["Service/ballast"].(*corev1.Service).Spec.Selector,
		"the scraper":         beside["Service/ballast-admin"].(*corev1.Service).Spec.Selector,
		"NetworkPolicy":       beside["NetworkPolicy/ballast"].(*networkingv1.NetworkPolicy).Spec.PodSelector.MatchLabels,
		"PodDisruptionBudget": beside["PodDisruptionBudget/ballast"].(*policyv1.PodDisruptionBudget).Spec.Selector.MatchLabels,
	} {
		for _, d := range []*appsv1.Deployment{main, canary} {
			if !selects(selector, d) {
				t.Errorf("%s does not select the pods of %s", name, d.Name)
			}
		}
	}
}

// A component that the replicated overlay is given comes to the canary as well,
// and makes no second scraper and no second set of alerts.
func TestCanaryBesideComponents(t *testing.T) {
	components, err := os.ReadDir("../kubernetes/components")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range components {
		root := t.TempDir()
		overlay := root + "/overlays/replicated/kustomization.yaml"
		err := os.CopyFS(root, os.DirFS("../kubernetes"))
		text, failed := os.ReadFile(overlay)
		text = append(text, "components: [../../components/"+c.Name()+"]\n"...)
		if err := errors.Join(err, failed, os.WriteFile(overlay, text, 0o600)); err != nil {
			t.Fatal(err)
		}
		if objects := renderAt(t, root+"/overlays/canary"); len(objects) != 1 || objects["Deployment/ballast-canary"] == nil {
			t.Errorf("with %s: %v", c.Name(), slices.Sorted(maps.Keys(objects)))
		}
	}
}

// Kubernetes forbids Deployments that select one another's pods, and does not
// notice them; an autoscaler goes by all the pods that its target selects.
func TestDeploymentsSelectTheirOwnPods(t *testing.T) {
	beside := render(t, "replicated")
	main, canary := beside.deployment(t), render(t, "canary")["Deployment/ballast-canary"].(*appsv1.Deployment)
	for _, d := range []*appsv1.Deployment{main, canary} {
		for _, of := range []*appsv1.Deployment{main, canary} {
			if selects(d.Spec.Selector.MatchLabels, of) != (d == of) {
				t.Errorf("%s selects %v, and the pods of %s have %v", d.Name, d.Spec.Selector.MatchLabels, of.Name, of.Spec.Template.Labels)
			}
		}
	}
	if target := beside["HorizontalPodAutoscaler/ballast"].(*autoscalingv2.HorizontalPodAutoscaler).Spec.ScaleTargetRef; target.Name != main.Name || target.Kind != "Deployment" {
		t.Errorf("the autoscaler scales %+v", target)
	}
}

// selects reports whether a selector matches the pods of a Deployment.
func selects(selector map[string]string, d *appsv1.Deployment) bool {
	return labels.SelectorFromSet(selector).Matches(labels.Set(d.Spec.Template.Labels))
}

// IRSA gives a token to the pods of a ServiceAccount that names its role.
func TestIRSANamesItsRole(t *testing.T) {
	account := render(t, "replicated", "irsa")["ServiceAccount/ballast"].(*corev1.ServiceAccount)
	if !strings.HasPrefix(account.Annotations["eks.amazonaws.com/role-arn"], "arn:aws:iam::") {
		t.Errorf("annotations %v", account.Annotations)
	}
}
