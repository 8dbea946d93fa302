package main

import "testing"

func TestASizeIsWrittenAsInKubernetes(t *testing.T) {
	for text, want := range map[string]int64{
		"": 0, "1": 1, "1k": 1000, "1Ki": 1024, "512Mi": 512 << 20, "10Gi": 10 << 30, "1.5Gi": 3 << 29, "10G": 10e9, "2Ti": 2 << 40, "1e9": 1e9, "1E": 1e18,
		"0.5": 1, ".5Ki": 512, "1.": 1, "9E": 1 << 62, "1e99": 1 << 62, "1e999": 1 << 62,
	} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%q is %d (%v), want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"x", "Gi", "1X", "1GB", "-1Gi", "0", "1i", "100m", "1.2.3", "0.0", " 1"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
}
