// Prints what the etcd that this program is built with knows of its own options, as JSON.
//
//	facts                     every flag, every key of the configuration file, every deprecation
//	facts effective ARGUMENT… the configuration in force when etcd gets these arguments and this environment
//
// Nothing is retold: flags and parsing are etcd's own newConfig and parse, which etcd's main calls, and keys are the
// fields of the structs into which etcd decodes a file. They are not exported, so they are reached by linkname.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"
	"unsafe"

	"go.etcd.io/etcd/api/v3/version"
	"go.etcd.io/etcd/server/v3/embed"
	_ "go.etcd.io/etcd/server/v3/etcdmain"
)

//go:linkname newConfig go.etcd.io/etcd/server/v3/etcdmain.newConfig
func newConfig() unsafe.Pointer

//go:linkname parse go.etcd.io/etcd/server/v3/etcdmain.(*config).parse
func parse(config unsafe.Pointer, arguments []string) error

// A map of strings: to nothing in 3.5, to the warning since 3.6.
//
//go:linkname deprecatedFlags go.etcd.io/etcd/server/v3/etcdmain.deprecatedFlags
var deprecatedFlags unsafe.Pointer

// What --help prints of the flags.
//
//go:linkname flagsline go.etcd.io/etcd/server/v3/etcdmain.flagsline
var flagsline string

//go:linkname typesByString reflect.typesByString
func typesByString(name string) []unsafe.Pointer

// The struct of that name, by the pointer type that its decoding brings into the program; nil where there is none.
func structNamed(name string) reflect.Type {
	for _, found := range typesByString("*" + name) {
		// An interface value is a type and a pointer.
		nothing := [2]unsafe.Pointer{found, nil}
		return reflect.TypeOf(*(*any)(unsafe.Pointer(&nothing))).Elem()
	}
	return nil
}

// etcdmain's config begins with these: server/etcdmain/config.go:93@v3.5.33, server/etcdmain/config.go:84@v3.6.14.
func parts(config unsafe.Pointer) (*embed.Config, *flag.FlagSet) {
	offset := unsafe.Sizeof(embed.Config{})
	if proxy := structNamed("etcdmain.configProxy"); proxy != nil {
		offset += proxy.Size()
	}
	set := *(**flag.FlagSet)(unsafe.Add(config, offset))
	if set.Name() != "etcd" {
		panic("etcdmain.config is laid out otherwise")
	}
	return (*embed.Config)(config), set
}

type flagFacts struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Default string   `json:"default"`
	Usage   string   `json:"usage"`
	Help    string   `json:"help"`
	Allowed []string `json:"allowed,omitempty"`
	Warning *string  `json:"warning,omitempty"`
}

func flagsOf(set *flag.FlagSet) []flagFacts {
	warnings := warnings()
	facts := []flagFacts{}
	set.VisitAll(func(one *flag.Flag) {
		found := flagFacts{
			Name:    one.Name,
			Type:    strings.TrimPrefix(fmt.Sprintf("%T", one.Value), "*"),
			Default: one.DefValue,
			Usage:   one.Usage,
			Help:    helpOf(one.Name),
		}
		if listed, ok := one.Value.(interface{ Valids() []string }); ok {
			found.Allowed = listed.Valids()
		}
		if warning, ok := warnings[one.Name]; ok {
			found.Warning = &warning
		}
		facts = append(facts, found)
	})
	return facts
}

// What --help prints of one flag: its line and those below it, up to the next flag or section.
func helpOf(name string) string {
	for block := range strings.SplitSeq(flagsline, "\n  --") {
		if text, found := strings.CutPrefix(block, name); found && strings.IndexAny(text, " \n") == 0 {
			text, _, _ = strings.Cut(text, "\n\n")
			return text
		}
	}
	return ""
}

func warnings() map[string]string {
	if !strings.HasPrefix(version.Version, "3.5.") {
		return *(*map[string]string)(unsafe.Pointer(&deprecatedFlags))
	}
	warnings := map[string]string{}
	for name := range *(*map[string]struct{})(unsafe.Pointer(&deprecatedFlags)) {
		warnings[name] = ""
	}
	return warnings
}

type keyFacts struct {
	Key  string `json:"key"`
	Type string `json:"type"`
	// False for a field without a tag, whose Go name is the key.
	Tagged bool `json:"tagged"`
}

// The keys of a struct as encoding/json finds them; those of a nested mapping after its own, joined by a dot.
func keysOf(of reflect.Type, prefix string) []keyFacts {
	keys := []keyFacts{}
	for at := range of.NumField() {
		field := of.Field(at)
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case tag == "-":
		case tag == "" && field.Anonymous:
			keys = append(keys, keysOf(field.Type, prefix)...)
		case !field.IsExported():
		case tag == "":
			keys = append(keys, keyFacts{prefix + field.Name, field.Type.String(), false})
		default:
			keys = append(keys, keyFacts{prefix + tag, field.Type.String(), true})
			nested := field.Type
			if nested.Kind() == reflect.Pointer {
				nested = nested.Elem()
			}
			if nested.Kind() == reflect.Struct {
				keys = append(keys, keysOf(nested, prefix+tag+".")...)
			}
		}
	}
	return keys
}

// The flags that hold no pointer into the configuration, or one past which a file puts its own: these fields are read.
var copied = map[string]string{
	"advertise-client-urls":              "AdvertiseClientUrls",
	"cipher-suites":                      "CipherSuites",
	"client-cert-allowed-hostname":       "ClientTLSInfo.AllowedHostnames",
	"cors":                               "CORS",
	"discovery-cacert":                   "DiscoveryCfg.Secure.Cacert",
	"discovery-cert":                     "DiscoveryCfg.Secure.Cert",
	"discovery-endpoints":                "DiscoveryCfg.Endpoints",
	"discovery-insecure-skip-tls-verify": "DiscoveryCfg.Secure.InsecureSkipVerify",
	"discovery-insecure-transport":       "DiscoveryCfg.Secure.InsecureTransport",
	"discovery-key":                      "DiscoveryCfg.Secure.Key",
	"discovery-password":                 "DiscoveryCfg.Auth.Password",
	"discovery-user":                     "DiscoveryCfg.Auth.Username",
	"feature-gates":                      "ServerFeatureGate",
	"host-whitelist":                     "HostWhitelist",
	"initial-advertise-peer-urls":        "AdvertisePeerUrls",
	"initial-cluster-state":              "ClusterState",
	"listen-client-http-urls":            "ListenClientHttpUrls",
	"listen-client-urls":                 "ListenClientUrls",
	"listen-metrics-urls":                "ListenMetricsUrls",
	"listen-peer-urls":                   "ListenPeerUrls",
	"log-outputs":                        "LogOutputs",
	"max-concurrent-streams":             "MaxConcurrentStreams",
	"peer-cert-allowed-cn":               "PeerTLSInfo.AllowedCNs",
	"peer-cert-allowed-hostname":         "PeerTLSInfo.AllowedHostnames",
	"v2-deprecation":                     "V2Deprecation",
}

// A value as a flag would be given it.
func text(value reflect.Value) string {
	if value.CanAddr() {
		if shown, ok := value.Addr().Interface().(fmt.Stringer); ok {
			return shown.String()
		}
	}
	if shown, ok := value.Interface().(fmt.Stringer); ok {
		return shown.String()
	}
	items := []string{}
	switch value.Kind() {
	case reflect.Slice:
		for at := range value.Len() {
			items = append(items, text(value.Index(at)))
		}
	case reflect.Map:
		for _, key := range value.MapKeys() {
			items = append(items, key.String())
		}
		sort.Strings(items)
	default:
		return fmt.Sprint(value.Interface())
	}
	return strings.Join(items, ",")
}

// Each flag's value in force. Most flags point into the configuration, also after a file was copied into it.
func inForce(config *embed.Config, set *flag.FlagSet) map[string]string {
	values := map[string]string{}
	set.VisitAll(func(one *flag.Flag) {
		path, isCopied := copied[one.Name]
		if !isCopied {
			values[one.Name] = one.Value.String()
			return
		}
		value := reflect.ValueOf(config).Elem()
		for name := range strings.SplitSeq(path, ".") {
			value = reflect.Indirect(value).FieldByName(name)
		}
		values[one.Name] = text(value)
	})
	return values
}

// As etcd's main until it starts a server: server/etcdmain/etcd.go:53@v3.5.33, server/etcdmain/etcd.go:43@v3.7.1.
func effective(arguments []string) any {
	whole := newConfig()
	config, set := parts(whole)
	cluster := config.InitialCluster
	if err := parse(whole, arguments); err != nil {
		return map[string]any{"error": err.Error()}
	}
	// Its error is that no default host was found, which etcd only tells.
	_, _ = config.UpdateDefaultClusterFromName(cluster)
	if config.Dir == "" {
		config.Dir = config.Name + ".etcd"
	}
	values := inForce(config, set)
	// What a server derives when it starts; of DNS only the network knows.
	if config.DNSCluster == "" {
		members, token, err := config.PeerURLsMapAndToken("etcd")
		if err != nil {
			return map[string]any{"error": err.Error()}
		}
		values["initial-cluster"], values["initial-cluster-token"] = members.String(), token
	}
	return map[string]any{"values": values}
}

func facts() any {
	_, set := parts(newConfig())
	keys := keysOf(structNamed("embed.configYAML"), "")
	// 3.5 decodes the file a second time.
	if proxy := structNamed("etcdmain.configProxy"); proxy != nil {
		keys = append(keys, keysOf(proxy, "")...)
	}
	return map[string]any{"release": version.Version, "flags": flagsOf(set), "keys": keys}
}

func main() {
	printed := any(nil)
	switch {
	case len(os.Args) == 1:
		printed = facts()
	case os.Args[1] == "effective":
		printed = effective(os.Args[2:])
	default:
		fmt.Fprintln(os.Stderr, "usage: facts [effective ARGUMENT…]")
		os.Exit(2)
	}
	if err := json.NewEncoder(os.Stdout).Encode(printed); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
