{{- /* Name of the objects. 52 characters leave room for what Kubernetes appends to the name of a StatefulSet. */}}
{{- define "liteset.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 52 | trimSuffix "-" }}
{{- end }}

{{- /* Name of the Service that gives each pod a name in DNS. */}}
{{- define "liteset.headlessName" -}}
{{ include "liteset.fullname" . }}-headless
{{- end }}

{{- /* Domain below which each pod has its name. The cluster's own domain is a search domain of every pod. */}}
{{- define "liteset.peers" -}}
{{ include "liteset.headlessName" . }}.{{ .Release.Namespace }}.svc
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

{{- /* Labels of a part of the release that is none of the application's pods: who selects the pods, or the claims with
       the databases, must not select it. A list: the name of the part, and the root context. */}}
{{- define "liteset.partLabels" -}}
{{- $part := first . }}
{{- with last . }}
{{- $name := .Values.nameOverride | default .Chart.Name | trunc (int (sub 62 (len $part))) | trimSuffix "-" -}}
app.kubernetes.io/name: {{ $name }}-{{ $part }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{ include "liteset.commonLabels" . }}
{{- end }}
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
{{- if $index }} {{ end }}http://{{ $name }}-{{ $index }}.{{ include "liteset.peers" $ }}:8080
{{- end }}
{{- end }}

{{- /* Names of the pods, as a list. */}}
{{- define "liteset.podNames" -}}
{{- range $index := until 99 }}
- {{ include "liteset.fullname" $ }}-{{ $index }}
{{- end }}
{{- end }}

{{- /* Name of the claim with the backup, where no URL names another store. */}}
{{- define "liteset.backupClaim" -}}
{{ .Values.backup.persistence.existingClaim | default (printf "%s-backup" (include "liteset.fullname" .)) }}
{{- end }}

{{- /* Key of the lock in Consul. Two releases must never share one. */}}
{{- define "liteset.consulKey" -}}
{{ .Values.lease.consul.key | default (printf "liteset/%s/%s" .Release.Namespace (include "liteset.fullname" .)) }}
{{- end }}

{{- /* Whether any container of the release asks the API server. */}}
{{- define "liteset.usesApi" -}}
{{- if or
  (and .Values.backup.enabled (eq .Values.backup.election "lease"))
  (and .Values.backup.enabled .Values.backup.verify.enabled)
  (eq .Values.lease.type "kubernetes")
}}true{{ end }}
{{- end }}

{{- /* Whether a container of the pods with the database asks the API server. */}}
{{- define "liteset.podsUseApi" -}}
{{- if or
  (and .Values.backup.enabled (eq .Values.backup.election "lease"))
  (eq .Values.lease.type "kubernetes")
}}true{{ end }}
{{- end }}

{{- /* Whether the backup is on a claim: no URL names another store. */}}
{{- define "liteset.usesBackupClaim" -}}
{{- if or
  (and .Values.backup.enabled (not .Values.backup.url))
  (and .Values.restore.enabled (not (or .Values.restore.url .Values.backup.url)))
}}true{{ end }}
{{- end }}

{{- /* Variables that the chart sets in the backup container. */}}
{{- define "liteset.backupEnvironment" -}}
- POD_NAME
- POD_UID
{{- end }}

{{- /* Variables that the chart sets in the container of the application. */}}
{{- define "liteset.appEnvironment" -}}
- POD_NAME
- PORT
- DATABASE_PATH
- LITEFS_URL
- PEERS
- PEER_PORT
- STATUS_PORT
- PRIMARY_WAIT_MS
- WAITING_REQUESTS
- WAITING_BYTES
- CLUSTER_PORT
- SWITCHOVER
- SWITCHOVER_MS
- ACK_REPLICAS
- ACK_TIMEOUT_MS
- ACK_POLICY
- LTX_DIR
- KEEP_DISCARDED_IN
- VOLUME_DIR
- RESERVE_BYTES
- READ_WAIT_MS
- READ_CACHE_BYTES
- SAMPLE_INVOICES
- BODY_LIMIT
- KEEP_ALIVE_SECONDS
- TOKEN_COOKIE
- LOG_LEVEL
- TRUST_PROXY
- CONSUL_HTTP_TOKEN_FILE
- FENCE_URL
- SWITCHOVER_TOKEN
{{- end }}
