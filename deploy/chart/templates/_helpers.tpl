{{/* Name of the objects of a role. Parameters: root, role. */}}
{{- define "patchbay.name" -}}
{{- if eq .role "all" -}}{{ .root.Release.Name }}{{- else -}}{{ .root.Release.Name }}-{{ .role }}{{- end -}}
{{- end -}}

{{/* Labels that select the pods of a role. Parameters: root, role. */}}
{{- define "patchbay.selector" -}}
app.kubernetes.io/name: patchbay
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{/* Labels of all objects of a role. Parameters: root, role. */}}
{{- define "patchbay.labels" -}}
{{ include "patchbay.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{- end -}}

{{- define "patchbay.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* Variable from the secret of the hub. Parameters: secret, name, optional. */}}
{{- define "patchbay.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .name }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end -}}
