/** What the sample data are made of. All names are invented combinations. */
export const firstNames =
  'Ada Amara Anders Anneke Beatriz Bruno Camille Carmen Chidi Clara Daniel Davina Elif Emil Eszter Fatima Felix Freya Gabriel Giulia Hana Henrik Ines Isaac Jana Jonas Kaito Karin Lars Leila Lucas Mads Maria Mateus Mei Milan Nadia Nils Noor Olga Oscar Paula Pedro Priya Rafael Rosa Samir Sofia Stefan Tara Thomas Ulrike Vera Victor Wanda Xavier Yara Yusuf Zofia'.split(
    ' ',
  );
export const lastNames =
  'Almeida Andersen Bakker Barros Becker Bergman Castillo Chandra Costa Demir Dubois Eriksen Farkas Fischer Fontaine Garcia Haddad Hansen Hughes Ito Ivanova Jansen Keller Kowalska Larsen Lindqvist Lopes Marques Mbeki Meyer Moretti Murphy Nakamura Novak Okafor Oliveira Ortega Patel Petrov Ramos Rossi Sato Schneider Silva Singh Svoboda Tanaka Taylor Tremblay Varga Weber Wilson Wolf Yilmaz Zhang'.split(
    ' ',
  );

/** Places: city, state, country, postal code. */
export const places: readonly (readonly [string, string | null, string, string])[] = [
  ['Amsterdam', null, 'Netherlands', '1016 GV'],
  ['Berlin', null, 'Germany', '10117'],
  ['Bordeaux', null, 'France', '33000'],
  ['Budapest', null, 'Hungary', '1073'],
  ['Buenos Aires', null, 'Argentina', 'C1425'],
  ['Chicago', 'IL', 'USA', '60611'],
  ['Copenhagen', null, 'Denmark', '1620'],
  ['Delhi', null, 'India', '110017'],
  ['Dublin', null, 'Ireland', 'D02 X285'],
  ['Edinburgh', null, 'United Kingdom', 'EH4 1HH'],
  ['Halifax', 'NS', 'Canada', 'B3J 2K9'],
  ['Helsinki', null, 'Finland', '00530'],
  ['Istanbul', null, 'Türkiye', '34433'],
  ['Lagos', null, 'Nigeria', '101241'],
  ['Lisbon', null, 'Portugal', '1200-109'],
  ['Madison', 'WI', 'USA', '53703'],
  ['Madrid', null, 'Spain', '28015'],
  ['Mexico City', null, 'Mexico', '06700'],
  ['Oslo', null, 'Norway', '0171'],
  ['Porto', null, 'Portugal', '4050-159'],
  ['Prague', null, 'Czech Republic', '14700'],
  ['Rome', 'RM', 'Italy', '00192'],
  ['Santiago', null, 'Chile', '8320000'],
  ['São Paulo', 'SP', 'Brazil', '01310-200'],
  ['Seattle', 'WA', 'USA', '98101'],
  ['Stockholm', null, 'Sweden', '112 30'],
  ['Sydney', 'NSW', 'Australia', '2010'],
  ['Tokyo', null, 'Japan', '150-0001'],
  ['Vienna', null, 'Austria', '1010'],
  ['Warsaw', null, 'Poland', '00-358'],
];
export const streets =
  'Station Road,Harbour Street,Mill Lane,Garden Street,Market Square,Church Street,River Walk,Linden Avenue,Castle Hill,North Quay,Park Avenue,Old Bridge Road'.split(
    ',',
  );
export const companies =
  'Aurora Audio,Blue Lantern Radio,Cedar & Stone,Deltawave Studios,Evergreen Records,Foxglove Media,Golden Hour Films,Harbourlight Cafés,Northbound Travel,Paper Crane Books,Quiet Room Hotels,Silverline Theatres'.split(
    ',',
  );
export const adjectives =
  'Amber,Ancient,Broken,Crimson,Distant,Electric,Endless,Fading,Golden,Hidden,Hollow,Midnight,Northern,Paper,Quiet,Restless,Silver,Sleeping,Velvet,Wandering,Wild,Winter'.split(
    ',',
  );
export const nouns =
  'Anchors,Bells,Birds,Cities,Clouds,Engines,Fires,Gardens,Harbours,Horses,Islands,Lanterns,Letters,Machines,Mirrors,Mountains,Oceans,Rivers,Roads,Shadows,Signals,Stations,Strangers,Tides,Windows,Wolves'.split(
    ',',
  );
export const songs =
  'Long Way Home,Nothing Left to Say,The Last Train,Across the Water,Under Your Roof,Hold the Line,Before the Rain,Leave the Light On,Carry Me,All the Small Hours,Out of Season,Turn Around,Slow Dancing,Letters from Home,No Return,Half a World Away,Where We Began,Blue Morning,Run Until Dawn,The Other Side,Ten Thousand Miles,Don’t Look Back,Salt and Smoke,After the Storm'.split(
    ',',
  );
export const genres = 'Rock,Jazz,Metal,Alternative,Blues,Classical,Pop,Reggae,Soundtrack,Electronic,Folk,World'.split(
  ',',
);
export const mediaTypes =
  'MPEG audio file,AAC audio file,Protected AAC audio file,Lossless audio file,Video file'.split(',');
