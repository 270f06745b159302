package check

import (
	"net/netip"
	"slices"
	"testing"

	networkingv1 "k8s.io/api/networking/v1"
)

// Where a pod can get to: the model, but nothing else of the cluster's network,
// and never the node's own role.
func TestEgress(t *testing.T) {
	for _, tt := range []struct {
		overlay    string
		components []string
		address    string
		port       int32
		want       bool
	}{
		{"single", nil, "3.130.0.1", 443, true}, // Bedrock, STS
		{"single", nil, "3.130.0.1", 80, false},
		{"single", nil, "10.0.0.5", 443, false},
		{"single", nil, "192.168.1.1", 443, false},
		{"single", nil, "169.254.169.254", 80, false}, // the node's metadata, and with it its role
		{"single", nil, "169.254.169.254", 443, false},
		{"single", nil, "169.254.170.23", 80, false},
		{"single", nil, "10.0.0.5", 5432, false},
		{"single", []string{"workload-identity"}, "169.254.170.23", 80, true},
		{"single", []string{"workload-identity"}, "169.254.169.254", 80, false},
		{"replicated", nil, "10.0.0.5", 5432, true},
		{"replicated", nil, "10.0.0.5", 6379, true},
		{"replicated", nil, "10.0.0.5", 22, false},
		{"replicated", nil, "3.130.0.1", 5432, false},
	} {
		p := render(t, tt.overlay, tt.components...)["NetworkPolicy/ballast"].(*networkingv1.NetworkPolicy)
		if got := reaches(p, netip.MustParseAddr(tt.address), tt.port); got != tt.want {
			t.Errorf("%s %v: %s:%d is reached: %v", tt.overlay, tt.components, tt.address, tt.port, got)
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
