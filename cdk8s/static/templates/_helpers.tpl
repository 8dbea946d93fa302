{{- /* Name of the objects, as Kubernetes takes it for each of them: 52 characters leave room for what is appended to the
       name of a StatefulSet, and a Service's name begins with a letter and has no dot. A name that ends like those of
       the chart's own parts would meet another release's. Such names are changed; a hash keeps each apart from others.
       What an older version of the chart has called its StatefulSet keeps its name. */}}
{{- define "liteset.fullname" -}}
{{- $wanted := .Values.fullnameOverride | default .Release.Name }}
{{- $name := regexReplaceAll "^([0-9])" ($wanted | replace "." "-") "liteset-${1}" }}
{{- $meets := and (not .Values.fullnameOverride) (regexMatch "-(headless|primary|backup|backup-verify|test)$" $name) }}
{{- if or $meets (ne $name $wanted) (gt (len $name) 52) }}
{{- $old := $wanted | trunc 52 | trimSuffix "-" }}
{{- $set := lookup "apps/v1" "StatefulSet" .Release.Namespace $old | default dict }}
{{- if eq (dig "metadata" "labels" "app.kubernetes.io/instance" "" $set) .Release.Name }}
{{- $old }}
{{- else }}
{{- include "liteset.shortened" (list 52 $name (sha256sum $wanted)) }}
{{- end }}
{{- else }}
{{- $name }}
{{- end }}
{{- end }}

{{- /* A list: how long a name may be, the name, and a hash of which 8 digits end it. */}}
{{- define "liteset.shortened" -}}
{{- printf "%s-%s" (index . 1 | trunc (int (sub (first .) 9)) | trimAll "-") (last . | trunc 8) }}
{{- end }}

{{- /* Name of the CronJob, which has at most 52 characters, too. */}}
{{- define "liteset.verifyName" -}}
{{- $name := include "liteset.fullname" . }}
{{- if gt (len $name) 38 }}
{{- $name = include "liteset.shortened" (list 38 $name (sha256sum $name)) }}
{{- end }}
{{- $name }}-backup-verify
{{- end }}

{{- /* Name of the Service that gives each pod a name in DNS. */}}
{{- define "liteset.headlessName" -}}
{{ include "liteset.fullname" . }}-headless
{{- end }}

{{- /* Domain below which each pod has its name. The cluster's own domain is a search domain of every pod. */}}
{{- define "liteset.peers" -}}
{{ include "liteset.headlessName" . }}.{{ .Release.Namespace }}.svc
{{- end }}

{{- /* Labels that never change. */}}
{{- define "liteset.selectorLabels" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name | trunc 63 | trimAll "-." | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "liteset.labels" -}}
{{- include "liteset.labelsWith" (list dict .) }}
{{- end }}

{{- /* Labels of an object. A list: more of the user's, which win over commonLabels, and the root context. */}}
{{- define "liteset.labelsWith" -}}
{{- include "liteset.mergedLabels" (prepend . (include "liteset.selectorLabels" (last .))) }}
{{- end }}

{{- /* Labels of a part of the release that is none of the application's pods: who selects the pods, or the claims with
       the databases, must not select it. A list: the name of the part, more labels, and the root context. */}}
{{- define "liteset.partLabels" -}}
{{- $part := first . }}
{{- $root := last . }}
{{- $name := $root.Values.nameOverride | default $root.Chart.Name | trunc (int (sub 62 (len $part))) | trimAll "-." }}
{{- $own := dict "app.kubernetes.io/name" (printf "%s-%s" $name $part) "app.kubernetes.io/instance" $root.Release.Name }}
{{- include "liteset.mergedLabels" (prepend (rest .) (toYaml $own)) }}
{{- end }}

{{- /* All labels of an object as one map, for a key that is there twice is refused by kustomize and Flux. The chart's own
       cannot be changed: requirements.yaml says so. A list: the object's own, more of the user's, the root context. */}}
{{- define "liteset.mergedLabels" -}}
{{- $own := fromYaml (first .) }}
{{- $more := index . 1 | default dict }}
{{- with last . }}
{{- $common := .Values.commonLabels | default dict }}
{{- toYaml (mergeOverwrite (dict) $common $more (fromYaml (include "liteset.chartLabels" .)) $own) }}
{{- end }}
{{- end }}

{{- define "liteset.chartLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimAll "-._" | quote }}
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

{{- /* The image of an application of yours. */}}
{{- define "liteset.appImage" -}}
{{- include "liteset.imageOf" (list .Values.app.image "latest") }}
{{- end }}

{{- define "liteset.backupImage" -}}
{{- include "liteset.imageOf" (list .Values.backup.image .Chart.AppVersion) }}
{{- end }}

{{- /* The resources of the container, with /dev/fuse where a device plugin hands it out. */}}
{{- define "liteset.resources" -}}
{{- $resources := deepCopy .Values.resources }}
{{- if eq .Values.fuse.mode "device" }}
{{- $_ := set $resources "limits" (merge (dict .Values.fuse.resourceName "1") ($resources.limits | default dict)) }}
{{- end }}
{{- toYaml $resources }}
{{- end }}

{{- /* Annotations of the pods: the user's win, but for the checksum. */}}
{{- define "liteset.podAnnotations" -}}
{{- $volumes := "tmp,discarded" }}
{{- if .Values.backup.enabled }}{{ $volumes = print $volumes ",backup-scratch" }}{{ end }}
{{- if .Values.app.image.repository }}{{ $volumes = print $volumes ",programs,meeting,mount" }}{{ end }}
{{- $ours := dict "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes" $volumes }}
{{- $config := include (print .Template.BasePath "/configmap.yaml") . | sha256sum }}
{{- toYaml (mergeOverwrite $ours (.Values.podAnnotations | default dict) (dict "checksum/config" $config)) }}
{{- end }}

{{- /* How much an amount is, as a number: `1500m` is 1.5. */}}
{{- define "liteset.amount" -}}
{{- $factors := dict "n" 1e-9 "u" 1e-6 "m" 1e-3 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18 }}
{{- range $power, $letter := list "K" "M" "G" "T" "P" "E" }}
{{- $bytes := 1.0 }}{{ range until (int (add1 $power)) }}{{ $bytes = mulf $bytes 1024 }}{{ end }}
{{- $_ := set $factors (print $letter "i") $bytes }}
{{- end }}
{{- $unit := regexFind "[A-Za-z]+$" (toString .) }}
{{- mulf (float64 (trimSuffix $unit (toString .))) (get $factors $unit | default 1.0) }}
{{- end }}

{{- /* An amount, as text: Helm holds numbers as floats, and prints them as 1e+09. */}}
{{- define "liteset.quantity" -}}
{{- if kindIs "string" . }}{{ . }}{{ else }}{{ int64 . }}{{ end }}
{{- end }}

{{- /* Room for a copy of the database. */}}
{{- define "liteset.scratchSize" -}}
{{- include "liteset.quantity" (.Values.backup.scratchSize | default .Values.persistence.size) }}
{{- end }}

{{- /* How long a request waits for a primary, in milliseconds. An application of yours has to start on it first. */}}
{{- define "liteset.primaryWaitMs" -}}
{{- if ne (toString .Values.app.primaryWaitMs) "" }}{{ int .Values.app.primaryWaitMs }}
{{- else }}{{ ternary 10000 30000 (empty .Values.app.image.repository) }}
{{- end }}
{{- end }}

{{- /* The database of which there is a backup. */}}
{{- define "liteset.database" -}}
{{- if .Values.app.image.repository }}{{ (first .Values.app.databases).name }}{{ else }}invoices.db{{ end }}
{{- end }}

{{- /* Where `helm test` finds each of the pods: the invoice service, or how the pod of an application of yours stands. */}}
{{- define "liteset.podUrls" -}}
{{- $port := include (ternary "liteset.httpPort" "liteset.statusPort" (empty .Values.app.image.repository)) . }}
{{- $name := include "liteset.fullname" . }}
{{- range $index := until (int .Values.replicaCount) }}
{{- if $index }} {{ end }}http://{{ $name }}-{{ $index }}.{{ include "liteset.peers" $ }}:{{ $port }}
{{- end }}
{{- end }}

{{- /* Names of the pods, as a list. More than replicaCount, for kubectl may scale above. */}}
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
