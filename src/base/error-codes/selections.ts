/** Usage errors of what was asked for: the selected datasets do not allow it. */
import type { ErrorList } from './entry.ts';

export const selectionErrors = {
  BAD_BOX: {
    sentence: 'The pixel box is not inside the image.',
    meaning:
      'The box is empty, outside the image, or leaves it without EDGE=pad or EDGE=trim; or a mosaic with EDGE=refuse would leave all images.',
    remedy: 'Give a box inside the image, whose size the message has, or EDGE=pad or EDGE=trim.',
  },
  BAD_COMBINE: {
    sentence: 'COMBINE is unknown.',
    meaning: 'The way to combine pixels is not one of those offered.',
    remedy: 'Use first, mean, weighted, median or clipped.',
  },
  BAD_FOOTPRINT: {
    sentence: 'The footprint is malformed.',
    meaning:
      'It is neither a circle of three numbers nor a polygon of at least three vertices, or no valid region.',
    remedy: 'Give `lon lat radius` or `lon lat lon lat lon lat …` in degrees.',
  },
  BAD_GRID: {
    sentence: 'The grid given by WCS cannot be used.',
    meaning: 'The cards are malformed, too many or repeated, or are no celestial WCS.',
    remedy: 'Give the WCS cards of a FITS image, each once.',
  },
  BAD_KERNEL: {
    sentence: 'RESAMPLE is unknown.',
    meaning: 'The resampling kernel is not one of those offered.',
    remedy: 'Use nearest, bilinear, lanczos3, lanczos4 or exact.',
  },
  BAD_QUANTIZE: {
    sentence: 'QUANTIZE cannot be used.',
    meaning: 'It is out of range, or COMPRESS is not rice.',
    remedy: 'Give a number from 0.01 to 1000 with COMPRESS=rice, or leave it out.',
  },
  BAD_RESAMPLE: {
    sentence: 'The images cannot be resampled as asked.',
    meaning: 'Kernel, sizes and boxes of the resampling call do not agree.',
    remedy: 'Ask for a smaller region or another RESAMPLE; as a caller of the library, use inputBoxOf.',
  },
  BAD_SIZE: {
    sentence: 'The image has a size that is not allowed.',
    meaning: 'A picture or a resampled image has no pixels, too many, or inputs that are too far apart.',
    remedy: 'Ask for a size within the limits that the message names.',
  },
  BAD_STENCIL: {
    sentence: 'The region is malformed.',
    meaning: 'A circle, polygon or range has coordinates or a shape that is not possible on the sphere.',
    remedy: 'Correct what the message names; positions are ICRS degrees.',
  },
  BAD_STRETCH: {
    sentence: 'STRETCH or Q is out of range.',
    meaning: 'The intensity scale of a colour picture is not positive, or Q is negative.',
    remedy: 'Give STRETCH above 0 and Q of at least 0.',
  },
  BAD_UUID: {
    sentence: 'The UUID is malformed.',
    meaning: 'A UUID is not 32 hexadecimal digits in groups of 8-4-4-4-12.',
    remedy: 'Copy the UUID from the catalog.',
  },
  CANNOT_CONSERVE: {
    sentence: 'Pixels of this unit cannot be resampled as asked.',
    meaning:
      'Magnitudes and other logarithms have no weighted means; pixels of surface brightness have no flux to conserve.',
    remedy: 'Leave CONSERVE out; copy magnitudes on their own grid, or choose images with linear pixels.',
  },
  CUBE: {
    sentence: 'An input of a stack or a mosaic is a cube.',
    meaning:
      'The image has more than one pixel along its third or fourth axis; stacks and mosaics are made of 2-D images.',
    remedy: 'Cut out the slice with BAND and POL, and use that file as input.',
  },
  DETECTORS_OVERLAP: {
    sentence: 'The images are not the detectors of one exposure.',
    meaning: 'GEOMETRY=detector was asked for images that overlap on the sky.',
    remedy: 'Select the images of one visit, or use GEOMETRY=sky.',
  },
  MIXED_INPUTS: {
    sentence: 'The selected datasets do not belong together.',
    meaning:
      'They have several collections, dataset types, visits or bands, and no parameter says which to use.',
    remedy: 'Give the parameter that the message names.',
  },
  MIXED_UNITS: {
    sentence: 'The selected images have different units.',
    meaning: 'Pixels of different units cannot be in one answer.',
    remedy: 'Give UNIT=nJy, or select images of one unit by BAND, DPSUBTYPE or ID.',
  },
  NO_BAND: {
    sentence: 'There is no image of a band of RGB.',
    meaning: 'No dataset of one of the three bands lies in the region.',
    remedy: 'Use other bands or another region.',
  },
  NO_BLANK: {
    sentence: 'Pixels outside the image cannot be filled.',
    meaning:
      'The region leaves the image, and a plane of integers has neither NaN nor BLANK for pixels without data.',
    remedy: 'Give EDGE=trim, a region inside the image, or fewer PLANES.',
  },
  NO_CALIBRATION: {
    sentence: 'An image has no photometric calibration.',
    meaning: 'UNIT=nJy needs one calibration that holds for the whole image.',
    remedy: 'Leave UNIT out, or select other images.',
  },
  NO_OVERLAP: {
    sentence: 'The region and the images have no pixel in common.',
    meaning: 'The command line reports with this code what the service answers with 204 No Content.',
    remedy: 'Check the position and the dataset; `vignet ls` shows where the images are.',
  },
  NO_SUCH_PLANE: {
    sentence: 'The dataset does not have a plane that was asked for.',
    meaning:
      'PLANES names a plane that the file does not have, or whose shape or position differs from the image.',
    remedy: 'Use the names in the message, or leave PLANES out.',
  },
  NO_VARIANCE: {
    sentence: 'An image has no variance, weight or sigma.',
    meaning: 'COMBINE=weighted and COMBINE=clipped need the variance of every input.',
    remedy: 'Use COMBINE=mean or COMBINE=median, or select other images.',
  },
  ONE_BAND: {
    sentence: 'RGB needs a collection dataset.',
    meaning: 'RGB was given with the ID of one image, which has one band.',
    remedy: 'Use the ID of a collection dataset (`vignet ls --collections`).',
  },
  TOO_MANY_MASK_PLANES: {
    sentence: 'The images have too many different mask planes.',
    meaning: 'The mask of an answer holds 63 named planes; the inputs have more between them.',
    remedy: 'Select fewer images by ID or DPSUBTYPE, or leave the mask out with CUTOUTDETAIL=Image.',
  },
  UNEVEN_STATES: {
    sentence: 'The polarization states are not at equal steps in the cube.',
    meaning:
      'POL names states whose places in the file no linear axis can describe, such as I, Q and V of I, Q, U, V.',
    remedy: 'Ask for the states one by one, or for all.',
  },
} as const satisfies ErrorList;
