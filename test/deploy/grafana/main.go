// Decodes a dashboard as strictly as the types of Grafana allow: a member that is unknown, missing or of another
// type fails, in the dashboard, its panels, their options and their queries.
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

func main() {
	if err := check(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	runtime := cog.NewRuntime()
	// All kinds at once take minutes to compile.
	for _, kind := range []variants.PanelcfgConfig{
		heatmap.VariantConfig(),
		stat.VariantConfig(),
		statetimeline.VariantConfig(),
		table.VariantConfig(),
		timeseries.VariantConfig(),
	} {
		runtime.RegisterPanelcfgVariant(kind)
	}
	runtime.RegisterDataqueryVariant(prometheus.VariantConfig())
	var decoded dashboard.Dashboard
	if err := decoded.UnmarshalJSONStrict(text); !isEmpty(err) {
		return err
	}
	if err := decoded.Validate(); !isEmpty(err) {
		return err
	}
	return nil
}

// The SDK returns an empty list of errors if a nested decoder has found none.
func isEmpty(err error) bool {
	return err == nil || err.Error() == ""
}
