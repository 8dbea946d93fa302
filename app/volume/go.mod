module github.com/liteset/liteset/app/volume

go 1.26.0

require github.com/superfly/ltx v0.3.14

require github.com/pierrec/lz4/v4 v4.1.17 // indirect
