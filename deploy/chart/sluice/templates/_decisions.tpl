{{- /* Generated from scripts/decision-policy by `npm run generate`. Do not edit. */ -}}

{{- define "sluice.decisionPolicyLabels" -}}
sluice.dev/decision-policy: '1'
{{- end }}

{{- define "sluice.decisionPolicySpec" -}}
failurePolicy: Fail
matchConstraints:
  resourceRules:
    - apiGroups:
        - flagger.app
      apiVersions:
        - v1beta1
      operations:
        - CREATE
        - UPDATE
      resources:
        - canaries
variables:
  - name: keys
    expression: "['sluice.dev/decision', 'sluice.dev/decision-for', 'sluice.dev/decision-by', 'sluice.dev/decision-groups', 'sluice.dev/decision-via', 'sluice.dev/decision-reason', 'sluice.dev/decision-until']"
  - name: annotations
    expression: 'has(object.metadata.annotations) ? object.metadata.annotations : {}'
  - name: before
    expression: 'oldObject != null && has(oldObject.metadata.annotations) ? oldObject.metadata.annotations : {}'
  - name: decides
    expression: |-
      variables.keys.exists(key, key in variables.annotations) &&
      variables.keys.exists(key, key in variables.annotations ?
        !(key in variables.before) || variables.annotations[key] != variables.before[key] :
        key in variables.before)
  - name: verb
    expression: "'sluice.dev/decision' in variables.annotations ? variables.annotations['sluice.dev/decision'] : ''"
  - name: by
    expression: "'sluice.dev/decision-by' in variables.annotations ? variables.annotations['sluice.dev/decision-by'] : ''"
  - name: groups
    expression: "'sluice.dev/decision-groups' in variables.annotations ? variables.annotations['sluice.dev/decision-groups'] : ''"
  - name: permission
    expression: |-
      variables.verb in ['approve', 'reject'] ? 'approve' :
      variables.verb in ['promote', 'start'] ? 'promote' : ''
  - name: foreign
    expression: |-
      variables.groups.split(',').map(group, group.trim()).filter(group,
        group != '' && !(group in request.userInfo.groups))
validations:
  - expression: |-
      !variables.decides ||
      variables.verb != ''
    messageExpression: "'half a decision: sluice.dev/decision is missing beside ' + variables.keys.filter(key, key in variables.annotations).join(', ') + '; write all of them in one command, or remove all of them'"
    message: 'half a decision: sluice.dev/decision is missing; write all annotations of a decision in one command, or remove all of them'
    reason: Invalid
  - expression: |-
      !variables.decides ||
      (variables.verb == '' || variables.verb in ['approve', 'reject', 'pause', 'resume', 'abort', 'promote', 'retry', 'undo', 'start'])
    messageExpression: '''sluice.dev/decision is "'' + variables.verb + ''"; it can be approve, reject, pause, resume, abort, promote, retry, undo, start'''
    message: sluice.dev/decision can be approve, reject, pause, resume, abort, promote, retry, undo, start
    reason: Invalid
  - expression: |-
      !variables.decides ||
      (variables.permission == '' ||
      authorizer.group('flagger.app').resource('canaries').namespace(request.namespace).name(object.metadata.name)
        .check(variables.permission).allowed())
    messageExpression: "'user ' + request.userInfo.username + ' may not ' + variables.verb + ' Canary ' + request.namespace + '/' + object.metadata.name + ': the verb ' + variables.permission + ' on canaries.flagger.app is missing. An administrator grants it: kubectl -n ' + request.namespace + ' create role canary-' + variables.permission + ' --verb=get,list,watch,patch,' + variables.permission + ' --resource=canaries.flagger.app, and a rolebinding'"
    message: 'this decision needs the verb approve (approve, reject) or promote (promote, start) on canaries.flagger.app; an administrator grants it: kubectl create role canary-approve --verb=get,list,watch,patch,approve --resource=canaries.flagger.app, and a rolebinding'
    reason: Forbidden
  - expression: |-
      !variables.decides ||
      variables.by == request.userInfo.username
    messageExpression: '''sluice.dev/decision-by must name the user of this request: sluice.dev/decision-by="'' + request.userInfo.username + ''"'''
    message: sluice.dev/decision-by must name the user of this request; kubectl auth whoami prints it
    reason: Forbidden
  - expression: |-
      !variables.decides ||
      variables.foreign.size() == 0
    messageExpression: '''user '' + request.userInfo.username + '' is not in group "'' + variables.foreign[0] + ''" of sluice.dev/decision-groups; kubectl auth whoami prints the groups, and sluice.dev/decision-groups- removes those of an earlier decision'''
    message: sluice.dev/decision-groups names a group that the user of this request is not in; kubectl auth whoami prints the groups
    reason: Forbidden
  - expression: |-
      !variables.decides ||
      (bytes(variables.by).size() <= 253 && bytes(variables.groups).size() <= 16192 &&
      !variables.by.matches(r'[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]') && !variables.groups.matches(r'[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]'))
    messageExpression: "'sluice.dev/decision-by has at most 253 bytes and sluice.dev/decision-groups 16192, both without control characters; name only groups that the approval asks for'"
    message: sluice.dev/decision-by or sluice.dev/decision-groups is too long, or has control characters
    reason: Forbidden
{{- end }}

{{- define "sluice.decisionBindingSpec" -}}
validationActions:
  - Deny
{{- end }}

{{- define "sluice.userRoles" -}}
- name: viewer
  labels:
    rbac.authorization.k8s.io/aggregate-to-view: 'true'
  rules:
    - apiGroups:
        - flagger.app
      resources:
        - canaries
        - metrictemplates
        - alertproviders
      verbs:
        - get
        - list
        - watch
- name: approver
  rules:
    - apiGroups:
        - flagger.app
      resources:
        - canaries
      verbs:
        - get
        - list
        - watch
        - patch
        - approve
- name: operator
  rules:
    - apiGroups:
        - flagger.app
      resources:
        - canaries
      verbs:
        - get
        - list
        - watch
        - patch
        - approve
        - promote
{{- end }}
