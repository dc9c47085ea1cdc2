import {
  askedForm,
  metadataPresentation,
  plainPresentation,
  type Presentation,
  type PresentationContext,
} from './presentation.ts';
import { tablePresentation } from './tables/table-presentation.ts';

export function choosePresentation(accept: string, context: PresentationContext): Presentation {
  const form = askedForm(accept) ?? '';
  if (form.startsWith('PartialObjectMetadata')) return metadataPresentation;
  return form === 'Table' ? tablePresentation(context) : plainPresentation(context);
}
