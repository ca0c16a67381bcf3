// The workflow of the common job: three calls in a row.

export const commonJob = (service: string) => `
name: common-job
version: 1
triggers: [{type: http}]
steps:
  first:
    request: {method: POST, url: "${service}", body: {order: "{{ trigger.body }}"}}
  second:
    after: [first]
    request: {method: POST, url: "${service}", body: {order: "{{ trigger.body }}", ref: "{{ steps.first.output.id }}"}}
  third:
    after: [second]
    request: {method: POST, url: "${service}", body: {order: "{{ trigger.body }}", ref: "{{ steps.second.output.id }}"}}
output: {result: "{{ steps.third.output.id }}"}
`;
