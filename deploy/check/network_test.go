package check

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Where a pod can get to: the model, but nothing else of the cluster's network,
// and never the node's own role.
func TestEgress(t *testing.T) {
	type way struct {
		address string
		port    int32
		open    bool
	}
	for overlay, ways := range map[string][]way{
		"single": {
			{"3.130.0.1", 443, true}, // Bedrock, STS
			{"3.130.0.1", 80, false}, {"3.130.0.1", 5432, false}, {"10.0.0.5", 443, false}, {"192.168.1.1", 443, false},
			{"169.254.169.254", 80, false}, {"169.254.169.254", 443, false}, // the node's metadata, and with it its role
			{"169.254.170.23", 80, false}, {"10.0.0.5", 5432, false},
		},
		"single workload-identity": {{"169.254.170.23", 80, true}, {"169.254.169.254", 80, false}},
		"replicated":               {{"10.0.0.5", 5432, true}, {"10.0.0.5", 6379, true}, {"10.0.0.5", 22, false}, {"3.130.0.1", 5432, false}},
	} {
		names := strings.Fields(overlay)
		p := render(t, names[0], names[1:]...)["NetworkPolicy/ballast"].(*networkingv1.NetworkPolicy)
		for _, w := range ways {
			if got := reaches(p, netip.MustParseAddr(w.address), w.port); got != w.open {
				t.Errorf("%s: %s:%d is reached: %v", overlay, w.address, w.port, got)
			}
		}
	}
}

// reaches evaluates the rules of a policy that go by address.
func reaches(p *networkingv1.NetworkPolicy, to netip.Addr, port int32) bool {
	within := func(cidr string) bool { return netip.MustParsePrefix(cidr).Contains(to) }
	for _, rule := range p.Spec.Egress {
		open := slices.ContainsFunc(rule.Ports, func(p networkingv1.NetworkPolicyPort) bool { return p.Port.IntVal == port })
		for _, peer := range rule.To {
			if b := peer.IPBlock; open && b != nil && within(b.CIDR) && !slices.ContainsFunc(b.Except, within) {
				return true
			}
		}
	}
	return false
}

// Who is told apart by labels: names are asked of the cluster's DNS, the scraper
// comes in, and a label that kustomize adds to every selector changes neither.
func TestPeers(t *testing.T) {
	dns, scraper := labels.Set{"k8s-app": "kube-dns"}, labels.Set{"app.kubernetes.io/name": "prometheus"}
	for name, objects := range all(t) {
		p := objects["NetworkPolicy/ballast"].(*networkingv1.NetworkPolicy)
		for _, way := range []struct {
			what      string
			peers     []networkingv1.NetworkPolicyPeer
			namespace string
			pod       labels.Set
			open      bool
		}{
			{"DNS", p.Spec.Egress[0].To, "kube-system", dns, true},
			{"another pod beside DNS", p.Spec.Egress[0].To, "kube-system", scraper, false},
			{"a false DNS", p.Spec.Egress[0].To, "monitoring", dns, false},
			{"the scraper", p.Spec.Ingress[1].From, "monitoring", scraper, true},
			{"another pod beside the scraper", p.Spec.Ingress[1].From, "monitoring", dns, false},
		} {
			if got := admits(t, way.peers, way.namespace, way.pod); got != way.open {
				t.Errorf("%s: %s passes: %v", name, way.what, got)
			}
		}
	}
}

// admits evaluates the peers of a rule that go by labels.
func admits(t *testing.T, peers []networkingv1.NetworkPolicyPeer, namespace string, pod labels.Set) bool {
	t.Helper()
	matches := func(s *metav1.LabelSelector, set labels.Set) bool {
		selector, err := metav1.LabelSelectorAsSelector(s)
		if err != nil {
			t.Fatal(err)
		}
		return selector.Matches(set)
	}
	return slices.ContainsFunc(peers, func(peer networkingv1.NetworkPolicyPeer) bool {
		return matches(peer.NamespaceSelector, labels.Set{"kubernetes.io/metadata.name": namespace}) && matches(peer.PodSelector, pod)
	})
}

// Each Service leads to its own port of the pod: callers of the API get to no
// other, which would show them metrics and profiles.
func TestServicesLeadToTheirOwnPort(t *testing.T) {
	for name, objects := range all(t) {
		pod := objects.deployment(t).Spec.Template.Spec
		for service, want := range map[string][2]int32{"Service/ballast": {80, 8080}, "Service/ballast-admin": {9090, 9090}} {
			ports := objects[service].(*corev1.Service).Spec.Ports
			if len(ports) != 1 || ports[0].Port != want[0] || containerPort(pod, ports[0].TargetPort) != want[1] {
				t.Errorf("%s: %s has %+v, want %d to lead to %d", name, service, ports, want[0], want[1])
			}
		}
	}
}

// containerPort is the port of a pod that a Service's target means; 0 is none.
func containerPort(pod corev1.PodSpec, target intstr.IntOrString) int32 {
	for _, p := range pod.Containers[0].Ports {
		if p.Name == target.StrVal || p.ContainerPort == target.IntVal {
			return p.ContainerPort
		}
	}
	return target.IntVal
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
