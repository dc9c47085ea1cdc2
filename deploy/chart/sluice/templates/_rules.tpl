{{- /* Generated from scripts/permissions by `npm run generate`. Do not edit. */ -}}

{{- define "sluice.clusterRules" -}}
- apiGroups:
    - apiextensions.k8s.io
  resources:
    - customresourcedefinitions
  resourceNames:
    - canaries.flagger.app
  verbs:
    - get
{{- with include "sluice.decisionPolicy" . }}
- apiGroups:
    - admissionregistration.k8s.io
  resources:
    - validatingadmissionpolicies
    - validatingadmissionpolicybindings
  resourceNames:
    - {{ . }}
  verbs:
    - get
{{- end }}
{{- end }}

{{- define "sluice.workRules" -}}
- apiGroups:
    - flagger.app
  resources:
    - canaries
  verbs:
    - get
    - list
    - watch
    - patch
- apiGroups:
    - flagger.app
  resources:
    - canaries/status
  verbs:
    - patch
- apiGroups:
    - flagger.app
  resources:
    - canaries/finalizers
  verbs:
    - update
- apiGroups:
    - flagger.app
  resources:
    - metrictemplates
  verbs:
    - list
    - watch
- apiGroups:
    - apps
  resources:
    - deployments
    - daemonsets
  verbs:
    - list
    - watch
    - create
    - patch
    - delete
- apiGroups:
    - ''
  resources:
    - services
  verbs:
    - list
    - watch
    - create
    - patch
    - delete
- apiGroups:
    - autoscaling
  resources:
    - horizontalpodautoscalers
  verbs:
    - list
    - watch
    - create
    - patch
    - delete
- apiGroups:
    - keda.sh
  resources:
    - scaledobjects
  verbs:
    - list
    - watch
    - create
    - patch
    - delete
- apiGroups:
    - discovery.k8s.io
  resources:
    - endpointslices
  verbs:
    - list
    - watch
- apiGroups:
    - gateway.networking.k8s.io
  resources:
    - httproutes
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - delete
- apiGroups:
    - gateway.networking.k8s.io
  resources:
    - gateways
  verbs:
    - list
    - watch
- apiGroups:
    - ''
  resources:
    - pods
  verbs:
    - list
- apiGroups:
    - apps
  resources:
    - controllerrevisions
  verbs:
    - get
    - create
    - delete
- apiGroups:
    - ''
  resources:
    - events
  verbs:
    - create
- apiGroups:
    - ''
  resources:
    - configmaps
  verbs:
    - list
    - watch
{{- if .Values.configTracking.enabled }}
- apiGroups:
    - ''
  resources:
    - configmaps
    - secrets
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - delete
{{- else if ne .Values.metricsSecrets "none" }}
- apiGroups:
    - ''
  resources:
    - secrets
  verbs:
    - get
{{- end }}
{{- end }}

{{- define "sluice.leaseRules" -}}
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - create
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  resourceNames:
    - flagger-leader-election
  verbs:
    - get
    - patch
{{- end }}
