{{- /*
The alerts, as YAML. `ns` is the label of a Canary's namespace, `only` are the matchers of this installation: a trailing comma within
braces is fine, so they come last. Queries keep or name the labels that their sentences use.
*/ -}}
{{- define "sluice.alerts" -}}
alerts:
  - alert: SluiceCanaryWaits
    severity: info
    expr: >-
      time() - max by ({{ .ns }}, canary, for, reason)
      (sluice_canary_waiting_since_timestamp_seconds{for=~"hook|person",reason!~"Invalid|Suspended|AskingHook",{{ .only }}})
      > {{ int64 .limits.waitsForPersonSeconds }}
    summary: Canary {{ .canary }} waits for a person
    description: >-
      It has waited for {{ "{{ $value | humanizeDuration }}" }} ({{ "{{ $labels.reason }}" }}). Open the gate, abort the run, or do what
      status.waiting.message of the Canary says.
  - alert: SluiceCanaryStuck
    severity: warning
    expr: >-
      time() - max by ({{ .ns }}, canary, for, reason)
      (sluice_canary_waiting_since_timestamp_seconds{for!~"hook|person|interval",{{ .only }}})
      > {{ int64 .limits.stuckSeconds }}
    summary: Canary {{ .canary }} does not go on
    description: >-
      It has waited for {{ "{{ $value | humanizeDuration }}" }} ({{ "{{ $labels.for }}, {{ $labels.reason }}" }}). status.waiting.message of
      the Canary names the object and what is wrong with it.
  - alert: SluiceCanaryInvalid
    severity: warning
    expr: >-
      max by ({{ .ns }}, canary) (sluice_canary_condition{type="Invalid",{{ .only }}}) == 1
    for: 5m
    summary: Canary {{ .canary }} is invalid
    description: New revisions of its target are not rolled out. The condition Invalid of the Canary names the field and the cure.
  - alert: SluiceCanaryCondition
    severity: warning
    expr: >-
      max by ({{ .ns }}, canary, type) (sluice_canary_condition{type!="Invalid",{{ .only }}}) == 1
    for: 5m
    summary: Canary {{ .canary }} has the condition {{ "{{ $labels.type }}" }}
    description: The message of the condition says what is wrong and what to do.
  - alert: SluiceRollback
    severity: warning
    expr: >-
      max by ({{ .ns }}, name) (flagger_canary_status{ {{- .only -}} }) == 2
      and min by ({{ .ns }}, name) (min_over_time(flagger_canary_status{ {{- .only -}} }[{{ .limits.rollbackWindow }}])) < 2
    summary: A new revision of {{ "{{ $labels." }}{{ .ns }}{{ " }}/{{ $labels.name }}" }} was rolled back
    description: The primary serves what it served before. status.run.cause of the Canary says why.
  - alert: SluiceHookFails
    severity: warning
    expr: >-
      sum by ({{ .ns }}, canary, type) (increase(sluice_hook_calls_total{outcome="failed",{{ .only }}}[15m]))
      >= {{ .limits.hookFailures }}
    summary: Hooks of Canary {{ .canary }} do not answer
    description: >-
      Calls of the type {{ "{{ $labels.type }}" }} got no answer. status.hooks of the Canary names the hook and the cause.
  - alert: SluiceOutboxOld
    severity: warning
    expr: >-
      time() - min by ({{ .ns }}, canary) (sluice_canary_outbox_oldest_timestamp_seconds{ {{- .only -}} })
      > {{ int64 .limits.outboxAgeSeconds }}
    for: 1m
    summary: An announcement of Canary {{ .canary }} is not taken
    description: >-
      Its receiver has not acknowledged it for {{ "{{ $value | humanizeDuration }}" }}. status.outbox of the Canary names the hook, the
      log of the controller the answer.
  - alert: SluiceDeadLetters
    severity: warning
    expr: >-
      sum by ({{ .ns }}, canary) (increase(sluice_canary_dead_letters_total{ {{- .only -}} }[1h])) > 0
    summary: Announcements of Canary {{ .canary }} were given up
    description: Their receiver does not know of them. status.deadLetters of the Canary has the last ones, with the answer.
  - alert: SluiceAbsent
    severity: critical
    expr: >-
      absent(sluice_leader{ {{- .only -}} })
    for: 5m
    summary: No Sluice controller is scraped
    description: Running rollouts stand still. Look at the pods of its Deployment, and at the scrape.
  - alert: SluiceNoLeader
    severity: critical
    expr: >-
      max(sluice_leader{ {{- .only -}} }) < 1
    for: 5m
    summary: No Sluice controller works
    description: >-
      All of them wait for the Lease or for the definitions, and running rollouts stand still. /readyz and the log of each say why.
  - alert: SluicePassesLate
    severity: warning
    expr: >-
      histogram_quantile(0.99, sum by (le)
      (rate(workqueue_queue_duration_seconds_bucket{name="canaries",{{ .only }}}[10m]))) > {{ .limits.passDelaySeconds }}
      or max(min_over_time(workqueue_depth{name="canaries",{{ .only }}}[10m])) > 0
    for: 10m
    summary: Sluice is late with its work
    description: >-
      Rollouts and aborts begin late. Raise the CPU limit, or threadiness where the CPU is idle.
{{- end }}
