import {
  askedForm,
  metadataPresentation,
  plainPresentation,
  type Presentation,
  type PresentationContext,
} from './presentation.ts';

export function choosePresentation(accept: string, context: PresentationContext): Presentation {
  switch (askedForm(accept)) {
    case 'PartialObjectMetadata':
    case 'PartialObjectMetadataList':
      return metadataPresentation;
    default:
      return plainPresentation(context);
  }
}
