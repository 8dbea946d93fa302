{{- /* Name of the objects. 52 characters leave room for what Kubernetes appends to the name of a StatefulSet. */}}
{{- define "liteset.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- define "liteset.selectorLabels" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "liteset.commonLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "liteset.labels" -}}
{{ include "liteset.selectorLabels" . }}
{{ include "liteset.commonLabels" . }}
{{- end }}

{{- define "liteset.podLabels" -}}
{{ include "liteset.labels" . }}
{{- with .Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "liteset.podMonitorLabels" -}}
{{ include "liteset.labels" . }}
{{- with .Values.podMonitor.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* The pod of `helm test` is not one of the application's. */}}
{{- define "liteset.testLabels" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name | trunc 58 | trimSuffix "-" }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{ include "liteset.commonLabels" . }}
{{- end }}

{{- /* Nor is the backup: who selects the pods, or the claims with the databases, must not select it. */}}
{{- define "liteset.backupLabels" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name | trunc 56 | trimSuffix "-" }}-backup
app.kubernetes.io/instance: {{ .Release.Name }}
{{ include "liteset.commonLabels" . }}
{{- end }}

{{- define "liteset.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "liteset.fullname" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- /* An image by tag or by digest: image values, and the tag that counts if they have none. */}}
{{- define "liteset.imageOf" -}}
{{- $tag := last . }}
{{- with first . -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $tag }}{{ end }}
{{- end }}
{{- end }}

{{- define "liteset.image" -}}
{{- include "liteset.imageOf" (list .Values.image .Chart.AppVersion) }}
{{- end }}

{{- define "liteset.backupImage" -}}
{{- include "liteset.imageOf" (list .Values.backup.image .Chart.AppVersion) }}
{{- end }}

{{- /* The resources of the container, with /dev/fuse where a device plugin hands it out. */}}
{{- define "liteset.resources" -}}
{{- $resources := deepCopy .Values.resources }}
{{- if eq .Values.fuse.mode "device" }}
{{- $_ := set $resources "limits" (merge (dict .Values.fuse.resourceName 1) ($resources.limits | default dict)) }}
{{- end }}
{{- toYaml $resources }}
{{- end }}

{{- /* Where `helm test` finds each of the pods. */}}
{{- define "liteset.podUrls" -}}
{{- $name := include "liteset.fullname" . }}
{{- range $index := until (int .Values.replicaCount) }}
{{- if $index }} {{ end }}http://{{ $name }}-{{ $index }}.{{ $name }}-headless.{{ $.Release.Namespace }}.svc:8080
{{- end }}
{{- end }}
