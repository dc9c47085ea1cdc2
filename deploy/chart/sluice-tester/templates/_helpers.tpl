{{- define "tester.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- /* A release named flagger-loadtester keeps that name: hooks call it. */ -}}
{{- define "tester.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains "tester" .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "tester.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "tester.selectorLabels" -}}
app.kubernetes.io/name: {{ include "tester.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tester.labels" -}}
{{ include "tester.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "tester.account" -}}
{{- if .Values.serviceAccountName -}}
{{- .Values.serviceAccountName -}}
{{- else if .Values.rbac.create -}}
{{- include "tester.fullname" . -}}
{{- end -}}
{{- end }}

{{- /* Who sets variables with Flagger's chart sets them for tasks. */ -}}
{{- define "tester.taskEnv" -}}
{{- $names := list -}}
{{- range .Values.env -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- concat $names (default list .Values.cmd.taskEnv) | uniq | join "," -}}
{{- end }}

{{- define "tester.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "tester.containerSecurity" -}}
{{- $context := dict
  "runAsNonRoot" true
  "readOnlyRootFilesystem" true
  "allowPrivilegeEscalation" false
  "privileged" false
  "capabilities" (dict "drop" (list "ALL"))
  "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- if .Values.securityContext.enabled -}}
{{- $context = mergeOverwrite $context (deepCopy (default dict .Values.securityContext.context)) -}}
{{- end -}}
{{- toYaml $context -}}
{{- end }}

{{- /* fsGroup: the image's group, so that a volume that comes from elsewhere can be written to. */ -}}
{{- define "tester.podSecurity" -}}
{{- $context := dict
  "runAsNonRoot" true
  "fsGroup" 1000
  "fsGroupChangePolicy" "OnRootMismatch"
  "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- if .Values.podSecurityContext.enabled -}}
{{- $context = mergeOverwrite $context (deepCopy (default dict .Values.podSecurityContext.context)) -}}
{{- end -}}
{{- toYaml $context -}}
{{- end }}

{{- /* What the schema of values cannot say in words that help. */ -}}
{{- define "tester.validate" -}}
{{- if contains "fluxcd/flagger" .Values.image.repository -}}
{{- fail "image.repository is Flagger's image; leave `image` out of a values file that comes from Flagger, or name the image of Sluice's tester" -}}
{{- end -}}
{{- range $name := list "appmesh" "istio" -}}
{{- if (default dict (index $.Values $name)).enabled -}}
{{- fail (printf "%s.enabled: this chart makes no objects of a mesh; leave it false and write them yourself" $name) -}}
{{- end -}}
{{- end -}}
{{- if .Values.meshName -}}
{{- fail "meshName: this chart makes no objects of a mesh; leave it empty and write them yourself" -}}
{{- end -}}
{{- end }}
