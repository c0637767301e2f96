// The columns of ObsCore are those of the Recommendation: its table 6, and of table 7 what is stored.
import { expect, it } from 'vitest';
import type { Column } from '../../src/base/column.ts';
import { OBSCORE_COLUMNS, SERVED_COLUMNS } from '../../src/catalog/obscore.ts';

/** name, utype, UCD, unit: copied from IVOA's REC-ObsCore-v1.1, with the erratum about obs_publisher_did's UCD. */
const recommendation = `
dataproduct_type ObsDataset.dataProductType meta.code.class
calib_level ObsDataset.calibLevel meta.code;obs.calib
obs_collection DataID.collection meta.id
obs_id DataID.observationID meta.id
obs_publisher_did Curation.publisherDID meta.ref.ivoid
access_url Access.reference meta.ref.url
access_format Access.format meta.code.mime
access_estsize Access.size phys.size;meta.file kbyte
target_name Target.name meta.id;src
s_ra Char.SpatialAxis.Coverage.Location.Coord.Position2D.Value2.C1 pos.eq.ra deg
s_dec Char.SpatialAxis.Coverage.Location.Coord.Position2D.Value2.C2 pos.eq.dec deg
s_fov Char.SpatialAxis.Coverage.Bounds.Extent.diameter phys.angSize;instr.fov deg
s_region Char.SpatialAxis.Coverage.Support.Area pos.outline;obs.field
s_resolution Char.SpatialAxis.Resolution.Refval.value pos.angResolution arcsec
s_xel1 Char.SpatialAxis.numBins1 meta.number
s_xel2 Char.SpatialAxis.numBins2 meta.number
t_min Char.TimeAxis.Coverage.Bounds.Limits.StartTime time.start;obs.exposure d
t_max Char.TimeAxis.Coverage.Bounds.Limits.StopTime time.end;obs.exposure d
t_exptime Char.TimeAxis.Coverage.Support.Extent time.duration;obs.exposure s
t_resolution Char.TimeAxis.Resolution.Refval.value time.resolution s
t_xel Char.TimeAxis.numBins meta.number
em_min Char.SpectralAxis.Coverage.Bounds.Limits.LoLimit em.wl;stat.min m
em_max Char.SpectralAxis.Coverage.Bounds.Limits.HiLimit em.wl;stat.max m
em_res_power Char.SpectralAxis.Resolution.ResolPower.refVal spect.resolution
em_xel Char.SpectralAxis.numBins meta.number
o_ucd Char.ObservableAxis.ucd meta.ucd
pol_states Char.PolarizationAxis.stateList meta.code;phys.polarization
pol_xel Char.PolarizationAxis.numBins meta.number
facility_name Provenance.ObsConfig.Facility.name meta.id;instr.tel
instrument_name Provenance.ObsConfig.Instrument.name meta.id;instr
dataproduct_subtype ObsDataset.dataProductSubtype meta.code.class
obs_title DataID.title meta.title;obs
s_pixel_scale Char.SpatialAxis.Sampling.RefVal.SamplingPeriod phys.angSize;instr.pixel arcsec
data_rights Curation.rights meta.code
obs_release_date Curation.releaseDate time.release
`;

const said = recommendation
  .trim()
  .split('\n')
  .map((line) => line.split(' '));
const columns = new Map<string, Column>(
  [...OBSCORE_COLUMNS, ...SERVED_COLUMNS].map((column) => [column.name, column]),
);

it('has every mandatory column, with the utype, UCD and unit that it must have', () => {
  for (const [name = '', utype, ucd, unit] of said) {
    const { utype: ours, ucd: oursToo, unit: inUnit } = columns.get(name) ?? {};
    expect([name, ours, oursToo, inUnit]).toEqual([name, `obscore:${utype}`, ucd, unit]);
  }
});

it('gives an ObsCore utype to nothing else', () => {
  const names = said.map(([name]) => name);
  for (const { name, utype } of columns.values())
    expect(utype !== undefined, name).toBe(names.includes(name));
});

it('says never null where ObsCore forbids it', () => {
  for (const name of ['calib_level', 'obs_collection', 'obs_id', 'obs_publisher_did'])
    expect(columns.get(name)?.required, name).toBe(true);
});
