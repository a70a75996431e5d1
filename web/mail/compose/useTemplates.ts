import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Template, TemplateContent } from '../../../contract/templates.ts';
import { ApiProblem } from '../../api/client.ts';
import { explainFault } from '../../api/faults.ts';
import { useOffice } from '../../app/session.ts';
import { composeTexts as texts } from '../../texts/compose.ts';

export interface Templates {
  readonly list: readonly Template[];
  /** The fault, in French; undefined when it is kept. */
  save(content: TemplateContent): Promise<string | undefined>;
}

export function useTemplates(accountId: string): Templates {
  const { api } = useOffice();
  const queries = useQueryClient();
  const queryKey = ['templates', accountId];
  const path = `/api/accounts/${accountId}/templates`;
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.request<{ templates: readonly Template[] }>('GET', path, { signal }),
  });
  const { mutateAsync } = useMutation({
    mutationFn: (body: TemplateContent) => api.request('POST', path, { body }),
    onSuccess: () => queries.invalidateQueries({ queryKey }),
  });
  return {
    list: data?.templates ?? [],
    async save(content) {
      try {
        await mutateAsync(content);
        return undefined;
      } catch (fault) {
        const isTaken = fault instanceof ApiProblem && fault.code === 'template-exists';
        return isTaken ? texts.templateExists : explainFault(fault);
      }
    },
  };
}
