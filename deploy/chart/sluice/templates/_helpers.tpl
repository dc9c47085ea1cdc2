{{- define "sluice.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- /* Flagger's values file uses it in its affinity. */ -}}
{{- define "flagger.name" -}}
{{- include "sluice.name" . -}}
{{- end }}

{{- define "sluice.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- /* Of objects that belong to no namespace: two releases of one name in two namespaces must not share them. */ -}}
{{- define "sluice.clusterName" -}}
{{- printf "%s-%s" (include "sluice.fullname" .) .Release.Namespace -}}
{{- end }}

{{- define "sluice.selectorLabels" -}}
app.kubernetes.io/name: {{ include "sluice.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sluice.labels" -}}
{{ include "sluice.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "sluice.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "sluice.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- define "sluice.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* The namespaces that are worked in, as JSON; empty: all. */ -}}
{{- define "sluice.namespaces" -}}
{{- if and .Values.namespace .Values.namespaces -}}
{{- fail "namespace and namespaces are both set; use one of them" -}}
{{- end -}}
{{- $one := list -}}
{{- with .Values.namespace }}{{- $one = list . -}}{{- end -}}
{{- concat $one (default list .Values.namespaces) | uniq | toJson -}}
{{- end }}

{{- /* The namespace of the Lease: with `namespace` the controller takes that one. */ -}}
{{- define "sluice.leaseNamespace" -}}
{{- default .Release.Namespace .Values.namespace -}}
{{- end }}

{{- /* Whether this release brings the decision policy. Kinds are known of a real cluster, or by --api-versions; else its version decides. */ -}}
{{- define "sluice.bringsDecisionPolicy" -}}
{{- $isKnown := semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version -}}
{{- if .Capabilities.APIVersions.Has "v1/Namespace" -}}
{{- $isKnown = .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy" -}}
{{- end -}}
{{- $isOfCluster := not (include "sluice.namespaces" . | fromJsonArray) -}}
{{- if and .Values.decisionPolicy.enabled (not .Values.decisionPolicy.existing) $isOfCluster $isKnown -}}true{{- end -}}
{{- end }}

{{- /* Name of the decision policy, this release's or one that is there; empty: none, so that names of decisions are claims. */ -}}
{{- define "sluice.decisionPolicy" -}}
{{- if .Values.decisionPolicy.existing -}}
{{- .Values.decisionPolicy.existing -}}
{{- else if include "sluice.bringsDecisionPolicy" . -}}
{{- printf "%s-decisions" (include "sluice.fullname" . | trunc 53 | trimSuffix "-") -}}
{{- end -}}
{{- end }}

{{- define "sluice.electsLeader" -}}
{{- if or .Values.leaderElection.enabled (gt (int .Values.leaderElection.replicaCount) 1) -}}true{{- end -}}
{{- end }}

{{- define "sluice.containerSecurity" -}}
{{- $restricted := dict
  "runAsNonRoot" true
  "readOnlyRootFilesystem" true
  "allowPrivilegeEscalation" false
  "privileged" false
  "capabilities" (dict "drop" (list "ALL"))
  "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- toYaml (mergeOverwrite $restricted (deepCopy (default dict .Values.securityContext.context))) -}}
{{- end }}

{{- /* The label that holds a Canary's namespace in Prometheus: a scrape that does not honor labels renames ours. */ -}}
{{- define "sluice.namespaceLabel" -}}
{{- $renamed := or (and .Values.podMonitor.enabled (not .Values.podMonitor.honorLabels)) (and .Values.serviceMonitor.enabled (not .Values.serviceMonitor.honorLabels)) -}}
{{- default (ternary "exported_namespace" "namespace" $renamed) .Values.queries.namespaceLabel -}}
{{- end }}

{{- /* What the schema of values cannot say in words that help. */ -}}
{{- define "sluice.validate" -}}
{{- $values := .Values -}}
{{- if contains "fluxcd/flagger" $values.image.repository -}}
{{- fail "image.repository is Flagger's image; leave `image` out of a values file that comes from Flagger, or name the image of Sluice" -}}
{{- end -}}
{{- if (default dict $values.prometheus).install -}}
{{- fail "prometheus.install: this chart installs no Prometheus; install one and name it in metricsServer" -}}
{{- end -}}
{{- if (default dict $values.linkerdAuthPolicy).create -}}
{{- fail "linkerdAuthPolicy.create: this chart makes no policy for Linkerd; leave it false" -}}
{{- end -}}
{{- if $values.rbac.pspEnabled -}}
{{- fail "rbac.pspEnabled: Kubernetes has no PodSecurityPolicy any more; leave it false, the pod keeps to the restricted profile" -}}
{{- end -}}
{{- end }}
