"""The lexicon: which words mean what. Tables only; `tagging` finds them and `reading` puts them together.

A line is `KIND VALUE: phrase, phrase`. Phrases are folded and without hyphens; a phrase is found whole, the longest first,
also when its words are written as one, in the plural, or a letter wrong.
"""

from __future__ import annotations

from functools import cache

WORDS = """
style lofi: lofi, lo fi, low fi, lowfi, lofi hip hop, lo fi hip hop, lofi beats, lo fi beats, lofi hip hop beats, lo fi hip hop beats, chillhop, study beats, beats to study to, bedroom pop
style house: house, deep house, tech house, afro house, progressive house, french house, tropical house, piano house, house music, chicago
style techno: techno, minimal techno, berghain, detroit, hard techno, acid techno, industrial techno, warehouse
style drum-and-bass: drum and bass, drum n bass, drum bass, drum & bass, drums and bass music, dnb, d n b, d&b, d & b, jungle, liquid dnb, breakcore
style trap: trap, trap music, drill, phonk
style synthwave: synthwave, synth wave, retrowave, outrun, 80 s, 80s, eighties, 1980 s, vaporwave, synth pop, synthpop, electro pop, electropop, new wave, john carpenter, stranger things
style ambient: ambient, ambience, soundscape, drone, drones, beatless, new age, meditation, meditative, sleep music
style acoustic: acoustic, unplugged, campfire, folk, folky, singer songwriter, country, bluegrass, real instruments, live instruments, only real instruments, nothing electronic, no electronics, without electronics, by the fire, around the fire, round the fire, fireside, kitchen table
style bossa-nova: bossa nova, bossa, samba, brazilian, latin jazz, rio, ipanema, copacabana, rio de janeiro
style reggaeton: reggaeton, reggeaton, dembow, latin pop, latin, perreo, dancehall, moombahton
style disco: disco, nu disco, funk, funky, funkadelic, motown, soul, soulful, groovy, disco ball, mirror ball, mirror balls, glitter ball, glitterball, roller skates, roller disco, roller rink, studio 54
style rock: rock, rocky, punk, metal, indie, grunge, hard rock, punk rock, indie rock, alternative, garage rock, krautrock, heavy metal, post punk, garage band, surf rock, surf band, surf guitar, rock band, stadium rock, arena rock
style jazz: jazz, jazzy, big band, big band swing, swing jazz, swing music, bebop, jazz club, smoky jazz, lounge jazz, jazz trio, small jazz club, smoky jazz club, small smoky jazz club, jazz bar, jazz cellar
style dub: dub, dubby, reggae, ska, roots reggae, dub reggae, rastafari
style chillout: chillout, chill out, downtempo, down tempo, trip hop, triphop, lounge, cafe del mar, balearic, lounge music
style boom-bap: boom bap, boombap, hip hop, hip hop beats, hiphop, rap, old school hip hop, 90 s hip hop, boom bap hip hop, hip hop boom bap, golden age, east coast
style garage: garage, uk garage, ukg, two step garage, 2 step garage, speed garage, future garage
style orchestral: orchestral, orchestra, symphonic, symphony, classical, cinematic, film score, movie score, soundtrack, movie trailer, trailer music, hans zimmer, philharmonic, baroque, opera, full orchestra, big movie score, hollywood score, film music, movie music, whole orchestra
style dubstep: dubstep, brostep, wobble bass, riddim
style trance: trance, psytrance, goa, eurodance, hands in the air, uplifting trance, edm, big room
style ballad: slow jam, love song, weepie, ballad, piano ballad, power ballad, torch song, slow ballad

mood calm: lullaby, slumber, sleepy, sleeping, lazy, smooth, smoother, mellower, softer feel, easy listening, soothe, zen, spa, calm, chill, chilled, relaxed, relaxing, relax, mellow, gentle, peaceful, tranquil, soothing, easygoing, easy going, laid back, serene, cosy, cozy, tender, quiet mood
mood dreamy: dreamy, dream, dreamlike, floating, floaty, ethereal, atmospheric, atmosphere, spacey, spacy, spaced out, hazy, otherworldly, celestial, shoegaze, weightless, airy, foggy, surreal, outer space, in space, deep space, zero gravity
mood sad: sad, sadder, melancholic, melancholy, moody, heartbroken, heartbreak, gloomy, blue mood, tearful, crying, bittersweet, lonely, wistful, mournful, sorrowful
mood happy: happy, happier, joyful, cheerful, upbeat, uplifting, feel good, feelgood, positive, euphoric, joyous, carefree, fun
mood epic: epic, grand, majestic, monumental, anthemic, anthem, heroic, triumphant, dramatic, larger than life
mood intimate: intimate, close up, personal, whispered, whispery, fragile, delicate
mood aggressive: aggressive, angry, hard, harder, furious, brutal, raging, rage, fierce, violent, savage, mean, heavier
mood minimal: strip it down, strip it back, strip down, keep it simple, keep it minimal, bare minimum, minimal, minimalist, minimalistic, sparse, stripped, stripped down, stripped back, bare, bare bones, simple, simpler, reduced, empty, skeletal, less is more
mood lush: lush, rich, richer, full, fuller, dense, layered, opulent, thick
mood nostalgic: nostalgic, nostalgia, retro, vintage, old, old school, oldschool, throwback, memories, 70 s, 60 s, 50 s, seventies, sixties, oldies
mood hypnotic: hypnotic, hypnotizing, hypnotising, trancey, repetitive, mesmerizing, mesmerising, looping, entrancing, psychedelic, trippy
mood night: night, nighttime, night time, late night, midnight, nocturnal, after dark, nightly, moonlight, moonlit, after hours, 3 am, 2 am, night drive
mood summery: summer, summery, sunny, sun, sunshine, beach, sunset, tropical, holiday, poolside, island, seaside, pool party
mood romantic: romantic, sexy, sensual, love, loving, lovers, candlelight, seductive, slow dance, candle light, valentine
mood tense: tense, tension, nervous, suspense, suspenseful, eerie, spooky, haunting, ominous, scary, creepy, sinister, anxious, thriller, mysterious, horror
mood party: party, dance, dance floor, dancefloor, danceable, dancy, dancing, club, clubby, festival, rave, ravey, disco party, floor filler, banger

sound brighter: bright, brighter, brighten, shiny, sparkling, sparkly, crisp, crispy, crisper, shimmering, shimmery, treble, more highs, trebly
sound darker: dark, darker, darken, duller, dull, shadowy, murky, more lows
sound wetter: wet, wetter, drenched, soaked, washed out, washy
sound drier: dry, drier, dryer
sound warmer: warm, warmer, warmth, analog, analogue, toasty
sound colder: cold, colder, icy, frosty, chilly, clinical, frozen, cool
sound wider: wide, wider, widen, spread out, expansive
sound narrower: narrow, narrower, mono
sound dirtier: dirty, dirtier, gritty, grittier, rough, rougher, raw, grimy, filthy, crunchy, grungy, nasty, grit
sound cleaner: clean, cleaner, pristine, polished, tidy, clear, clearer
sound punchier: hit harder, hits harder, hit hard, hitting harder, harder hitting, more impact, kick harder, slam, punchy, punchier, tight, tighter, snappy, snappier, punch, hard hitting, crack

effect lowpass: lowpass, low pass, muffled, muffle, underwater, filtered, filter, filter sweep, filters, under water, next door, through a wall, behind a wall, through a thick wall, behind a thick wall, through the wall, through walls, heard through a wall, heard through a thick wall, from the next room, next room, in the next room, from another room, outside the club, other side of the wall, neighbours wall
effect highpass: highpass, high pass, telephone, phone, megaphone, thin, tinny, thinner, radio, old radio, walkie talkie, transistor radio, old telephone, an old telephone, old phone, old transistor, through a telephone, old radios, telephone line, phone line, landline
effect echo: echo, echoes, echoey, echoing, echoed, delay, delays, delayed, ping pong, dub delay, tape echo, slapback
effect reverb: reverb, reverby, reverbed, reverberation, reverberant, hall, cathedral, church, space, spacious, roomy, cavernous, cave, canyon, big room reverb
effect compressor: squash, squeeze, glue together, compressor, compression, compress, compressed, squashed, glue, squeezed
effect sidechain: duck, ducks, pumps, sidechain, side chain, pumping sidechain, sidechain pumping, sidechained, pumping, pump, ducking, ducked, sidechain compression
effect saturation: saturation, saturated, saturate, distortion, distorted, distort, fuzz, fuzzy, overdrive, overdriven, drive, crunch, overload
effect bitcrush: video game, arcade game, bitcrush, bitcrushed, bit crush, bit crushed, bitcrusher, 8 bit, eight bit, crushed, chiptune, gameboy, game boy, downsampled, pixelated, nintendo, 8 bit game boy, 8 bit gameboy, 8 bit game, nes, commodore, c64
effect tape: tape, cassette, wobble, wobbly, tape wobble, warble, warped, wow and flutter, flutter, vhs, walkman, warbly, detuned
effect width: stereo, wide stereo, stereo width, width, wider stereo
effect chorus: chorus effect, chorus pedal, chorused
effect phaser: phaser, phasing, phased, phase, flanger, flange, swirly, swirling, jet
effect tremolo: tremolo, trembling, pulsating, pulsing, shimmer tremolo
effect autopan: autopan, auto pan, panning, pan, panned, left to right, from left to right, left and right, side to side, from side to side, ear to ear, from ear to ear, round my head, round and round my head, around my head, 8d, 8d audio, swirl around, swirling around my head

edit stutter: stutter, stutters, stuttering, stuttered, chop, chopped, chops, chopping, chop up, chopped up, glitch, glitchy, glitches, glitched, slice, sliced, slicing, cut up, beat repeat, chopped and screwed, jumpy
edit reverse: reverse, reversed, backwards, backward, backmasked, in reverse
edit gate: gate, gated, gating, trance gate
edit repeat: loop a beat, loop a bar, repeat a beat, repeat a bar, loop one bar, loop one beat, loop roll, roll
edit riser: riser, risers, uplifter, sweep up, whoosh, rising noise, noise sweep, white noise
edit fade-in: slow fade in, slowly fade in, fade in slowly, fade up, gradual fade in, fade in, fades in, fading in, fade it in, fade slowly in
edit fade-out: fade at the end, fading, fades, fade slowly out, long fade, slow fade, slowly fade out, slow fade out, fade out slowly, fade out gently, gently fade out, fade out at the end, fade out, fades out, fading out, fade it out, fade away, fades away, fade to silence, fade

part vocals: vocals, vocal, voc, vox, voice, voices, singing, singer, sung, lead vocals, lead vocal, lead voice, main vocals, lyrics, rapper, singers voice, acapella part
part backing-vocals: backing vocals, backing vocal, background vocals, backup vocals, harmonies, harmony vocals, backing singers, background singers, bgvs, bvs, adlibs, ad libs
part brass: brass, horns, horn section, trumpets, trumpet, saxophone, sax, trombone
part other: everything else, all else, anything else, the rest, rest of it, other instruments, instruments, the others, other stems, everything, all other, melody, melodies, the band
inst drums: drums, drum, beat, beats, percussion, drumming, drum beat, drum kit, drumkit, kick, kicks, snare, snares, hats, hi hats, hihats, cymbals, kick drum, drum machine, drum track, rhythm section, toms, claps, percussions
inst bass: bass, bassline, bass line, basses, bass guitar, low end, bass part
inst guitar: guitar, guitars, electric guitar, guitar riff, riff, riffs, acoustic guitar, acoustic guitars, strumming, guitar solo
inst piano: piano, pianos, keys, keyboard, keyboards, grand piano
inst synth: synth, synths, synthesizer, synthesizers, synthesiser, synth line, synth lead, lead synth, leads
inst strings: strings, string section, violin, violins, cello, cellos, string quartet, string
layer drums=acoustic: acoustic drums, live drums, real drums, live drummer, acoustic kit
layer drums=808: 808, 808 s, 808s, 808 drums, tr 808, 808 kit
layer drums=909: 909, 909 s, 909 drums, tr 909, 909 kit
layer drums=breaks: breaks, amen, amen break, break beats
layer drums=brushes: brushes, brushed drums, brush drums, brushed, brushes on the drums
layer drums=latin: congas, bongos, shakers, shaker, latin percussion, latin drums, timbales, maracas, hand drums
layer drums=industrial: industrial, industrial drums, metallic drums, machine drums
layer bass=808: 808 bass, 808 bassline, 808 sub, booming 808
layer bass=sub: sub bass, sub, subs, subbass, deep bass
layer bass=saw: saw bass, synth bass, sawtooth bass
layer bass=upright: upright bass, double bass, contrabass, acoustic bass, stand up bass
layer bass=round: round bass, fretless bass
layer bass=pluck: pluck bass, plucked bass, slap bass, picked bass
layer bass=reese: reese, reese bass, growling bass, growl bass, neuro bass
layer bass=acid: acid, acid bass, acid line, acid bassline, 303, tb 303
layer pad: pad, pads, synth pad, synth pads, chords, chord, harmony layer
layer pad=warm: warm pad, warm pads, warm chords, analog pad, analog pads
layer pad=glass: glass pad, glass pads, glassy pads, glassy, icy pads, crystal pads, glass
layer pad=strings: string pad, string pads, lush strings, string orchestra
layer pad=choir: choir, choirs, choral, gospel choir, gospel, angels, chanting monks
layer pad=organ: organ, hammond, church organ, organs
layer pad=piano: piano chords, piano pad, piano layer
layer pad=rhodes: rhodes, electric piano, wurlitzer, fender rhodes, ep chords
layer arp: arp, arps, arpeggio, arpeggios, arpeggiated, arpeggiator, sequence, sequencer, arpeggi
layer arp=pluck: plucks, pluck, plucked arp, plucky, harp
layer arp=bell: bell, bells, chimes, glockenspiel, music box, celesta, bell melody, vibraphone
layer arp=marimba: marimba, xylophone, balafon, steel drums, steelpan
layer arp=square: square lead, square wave, chip lead
layer arp=saw: saw lead, supersaw, synth arp, saw arp
layer arp=kalimba: kalimba, kalimba melody, thumb piano, mbira
layer arp=guitar: guitar arpeggio, picked guitar, fingerpicked guitar, nylon guitar, spanish guitar, guitar picking, ukulele
layer texture: texture, textures, background noise
layer texture=vinyl: vinyl, crackle, crackles, crackling, vinyl crackle, crackly, record noise, dusty, dust, turntable, record crackle, old record, vinyl noise, gramophone, pops and crackles
layer texture=rain: rain, rainy, raining, storm, stormy, rainfall, raindrops, thunderstorm, drizzle, rainstorm, thunder
layer texture=tape-hiss: tape hiss, hiss, tape noise, hissing, cassette hiss
layer texture=waves: waves, ocean, sea, ocean waves, surf, sea sounds, seashore, beach sounds
layer texture=night: night sounds, crickets, cicadas, night ambience, night noises
layer texture=wind: wind, windy, breeze, breezy, wind noise
layer texture=room: room tone, room noise, cafe noise, crowd, room ambience, coffee shop, coffeehouse, cafe
pattern four-on-the-floor: four on the floor, 4 on the floor, four to the floor, 4 to the floor, 4 4 beat, straight kick, four on floor, kick on every beat
pattern breakbeat: breakbeat, breakbeats, broken beat, broken beats
pattern two-step: two step, 2 step
pattern rock: rock beat pattern
pattern shuffle: shuffle beat, shuffle pattern
pattern motorik: motorik, motorik beat, motorik drums, apache beat
pattern one-drop: one drop, one drop beat, one drop drums, one drop groove
pattern afrobeat: afrobeat, afro beat, afrobeats, afrobeat groove, afrobeat drums
pattern jersey: jersey, jersey club, jersey club beat, jersey beat, jersey drums

feel half-time: half time, halftime, half time feel, half time groove
feel double-time: double time, doubletime, double time feel, twice the drums
feel swing: swing, swung, swinging, shuffle, shuffled, shuffling, shuffle feel, swing feel, swingy, triplet feel, swung beat, swing groove
feel straight: straight, straight feel, no swing, on the grid, unswung

tempo slower: drop the tempo, reduce the tempo, bring the tempo down, tempo down, decrease the tempo, lower bpm, bring down the tempo, less fast, not so fast, decelerate, half asleep, take it down, snail pace, slow, slower, slowed, slow down, slow it down, slowed down, slowing down, slows down, slow this down, slow things down, drag, sluggish, slow tempo, unhurried, slow it, slow the tempo down, slow the song down, slow the track down, lower tempo, slower tempo, lower the tempo
tempo faster: increase the tempo, bring the tempo up, up the tempo, raise the bpm, push the tempo, tempo up, bring up the tempo, accelerate, accelerated, less slow, pick up the pace, high tempo, high speed, race, fast, faster, quick, quicker, speedy, speed up, speed it up, sped up, speeded up, speeding up, speed this up, speed things up, quickly, uptempo, up tempo, rapid, fast tempo, fast paced, hurry, hurry up, frantic, faster tempo, higher tempo, raise the tempo, quicken
noun tempo: speed, the speed, tempo, bpm, pace, original tempo, original speed, its speed, timing
key up: pitch the song up, move it up, transpose it up, shift up, shift it up, pitched higher, chipmunk, raise it, higher, pitch up, pitched up, pitch it up, raise the key, raise the pitch, higher key, higher pitched, higher pitch, transpose up, pitch the song up, key up, up the key, tune up
key down: drop the key, drop the pitch, transpose it down, shift down, shift it down, move it down, pitched lower, lower it, tuned down, lower, pitch down, pitched down, pitch it down, lower key, lower pitched, lower the key, lower the pitch, lower pitch, lower pitched, deeper, deep, transpose down, low key tuning, pitch the song down, key down, tune down, screwed
noun key: key, pitch, tonality, tuning, original key, original pitch, transpose, transposed
noun effects: effects, fx, effect, processing
tempo keep: full speed, normal speed, normal tempo, regular speed, usual speed
filler x: anything else is fine, anything goes, whatever you like, up to you, you choose, be creative, back, happy birthday, happy new year, the opposite of, opposite of
length longer: longer, long, lengthen, extended, extend, extended mix, extended version, long version, lengthy, stretch it out, extended edit
length shorter: by half, shorter, short, shorten, short version, short edit, radio edit, trimmed, trim, brief, condensed, cut it down, tiktok length, snippet
noun length: length, duration, original length, running time, runtime
energy more: explode, explodes, exploding, erupt, erupts, blow up, drop hard, drops hard, more drive, drive it, hits, goes hard, go hard, goes off, full on, high energy, soar, soars, soaring, come alive, power up, builds and builds, massive energy, energy, energetic, powerful, explosive, intense, intensity, power, lively, livelier, hype, hyped, exciting, pump it up, wild, crazy, driving, stronger, lift, climax, bang, go off, kicks in hard, grow, grows, pushy, pushing, workout, for the gym, gym, for running, for a run, for jogging, adrenaline, punch it up, more punch to it, rowdy, loud and proud
energy less: sit back, settle down, settles down, cool down, cools down, drop down, thin out, thins out, ease, breathe, let it breathe, quiet down, quieten, tone it down, toned down, calm down, calmer, subdued, restrained, low energy, lower energy, break it down, bring it down, pull back, held back, hold back, smaller sounding, less energy, low key, lowkey, take it easy
size more: big, bigger, large, larger, strong, biggest, bold, fat, fatter, phat, pronounced, loudish
size much: huge, massive, enormous, giant, gigantic, heavy, monster, colossal, mega, insane, thunderous
size less: softer, small, smaller, tiny, soft, faint, light, lighter
loud more: push, raise, feature, bring forward, amplify, crank up, crank, bring out, bring forward, push up, louder, loud, up front, upfront, in front, to the front, in your face, prominent, front and center, forward, boost, boosted, emphasise, emphasize, emphasised, highlight, turn up, turned up, featured
loud less: bury, pull, tuck, tame, duck down, pull back on, far away, distant, in the distance, quiet, quieter, quietly, softly, background, in the background, in the back, to the back, turn down, turned down, low in the mix, tucked away, lower volume, buried, hushed, silent ish, further back, back in the mix, further back in the mix, back a bit, back a little, lower in the mix, down in the mix, deep in the mix, into the background, to the background, behind everything, recede, take a back seat, not so loud, not that loud, less loud, not as loud
up up: up
up down: down
more more: more, added, extra, additional, increase, increased, most
more less: less, fewer, reduce, reduced amount, not too much, not so much, decrease, too much, cut back, cut back on, cut down on, ease off, go easy on, easy on, dial back, turn down the, not a lot of, not much, barely any, hardly any, almost no, nearly no, next to no, very few, very little, scarcely any, barely there, not as much, not as many
neg no: no, not, without, never, dont, do not, doesnt, does not, shouldnt, should not, none of, w o, zero, non, minus, nothing, isnt, wont, cant, aint, absence of, free of, not any, nor, neither, no more, avoid, hate, dislike, wo
neg remove: hold, hold back, hold off, save, replace, replacing, swap, swap out, exchange, trade, turn off the, pull out, no longer, remove, removed, removing, take out, take away, get rid of, lose, skip, mute, muted, muting, kill, leave out, leaving out, strip out, strip away, eliminate, delete, cut out, cut, drop out, drops out, turn off, throw out, omit, silence, silenced, ditch, scrap, exclude, take the, take everything away, take everything out, take it all away, take it all out, strip everything away, strip everything out, away with
neg butnot: anything but, everything but, all but, except, except for, apart from, other than, anything except, everything except, excluding, instead of, rather than, no x but
keep keep: keep, keeping, keep in, keeps, preserve, retain, kept, leave, leave in, hold on to, maintain, stays, stay, remain, remains, save, staying, keep the original, featuring, must have
keep untouched: dont touch, do not touch, dont change, do not change, leave alone, untouched, unchanged, unaltered, unmodified, as is, as they are, as it is, as it was, as they were, the same, original, alone, intact, unaffected, hands off, dont alter, dont mess with, dont edit, stay the same, stays the same, the way it is, the way they are, exactly as, unprocessed, without changing, without touching, without altering, dont do anything to, pure, natural, dont modify, leave untouched, without changing the, not changing, keep original, stays put, how it was recorded, exactly how it was recorded, exactly how it was, exactly how it is, how they recorded it, as recorded, exactly as recorded, as it was recorded, like on the record, the way she sang it, the way he sang it, the way they sang it, exactly like the original, just how it is, just as it is, just as it was, as you found it, as you found them
only only: all alone, strip it down to, strip down to, strip it back to, stripped down to, stripped back to, stripped to, down to just, reduce it to, reduced to, nothing else but, nothing except, only, just, solely, nothing but, only the, alone with, solo, soloed, exclusively, purely, all by itself, by itself, on its own, on their own, by themselves, no other than
vocalsonly x: a cappella, acapella, acappella, a capella, a cappela, acapela
novocals x: instrumental, karaoke, instrumental version, no lyrics, instrumentals, without words, wordless, karaoke version
add add: add, adding, with, put, give, include, bring in, throw in, introduce, some, insert, drop in, plus, layer in, sprinkle, want some, using, featuring some, have, has, having, turn into
repeat repeat: repeat, repeated, twice, two times, double the, doubled, again, loop, looped, 2 x, 3 x, three times, over and over, repeats, repeating
first first: start straight from, straight from, start directly with, straight with, start straight with, straight in with, open on, opens on, begin on, begins on, jump straight into, go straight into, dive into, begin straight with, start right with, open straight with, start it with, begin it with, open it with, start the song with, start the track with, kick it off with, starts off with, start off with, opening up with, start with, starts with, start on, starting with, begin with, begins with, beginning with, open with, opens with, opening with, start from, starts on, first thing, kick off with, straight into, straight to
last last: end it with, end it on, finish it with, finish it on, close it with, close on, finishing with, end the song with, end the track with, end with, ends with, end on, ends on, ending with, finish with, finish on, finishes with, close with, closing with, ending on, conclude with
change change: change, changing, alter, alters, touch, touching, modify, edit, edited, mess with, process, messing with, affect
original closer: everything the same, keep everything the same, keep everything as it is, keep it the same, leave everything as is, leave everything as it is, keep everything, leave everything else alone, leave the rest alone, keep the rest as it is, keep the original vibe, keep the original feel, leave the rest, keep the rest, just a subtle remix, don't change too much, dont change too much, dont change much, not much different, stay close, keep it close to the original, keep it close, close to the original, closer to the original, stay close to the original, faithful, faithful to the original, subtle remix, like the original, similar to the original, respect the original, true to the original, stay true to the original, light remix, not too different, stick to the original, near the original, close to original
original further: nothing like the original, go wild, go crazy, surprise me, totally new, something completely different, completely new, wild remix, turn it upside down, turn it on its head, completely different, totally different, unrecognizable, unrecognisable, radical, radically different, reinvent, reinvented, reimagined, reimagine, flip it, from scratch, nothing like the original, experimental, wildly different, total rework, very different, deconstructed

degree bit: with a hint of, not too heavy on, a bit, a little, a little bit, slightly, somewhat, a touch, a touch of, a tad, a bit of, a little bit of, little, bit, tad, touch of, kind of, kinda, sort of, not too, not very, not so, not that, subtle, subtly, a hint of, hint of, hint, hints of, gently, a dash of, a pinch of, a splash of, moderately, fairly, slight, mild, mildly, tiny bit, a tiny bit, just a bit, just a little, just a touch, ever so slightly, gradually, lightly, semi, barely, minor amount of
degree much: drown, drown them in, drown it in, drowned, drenched in, soaked in, swimming in, bathed in, loaded with, packed with, dripping with, covered in, much, a lot, a lot of, lots of, lots, lot, way, very, really, super, extremely, far, heavily, tons of, loads of, plenty of, ultra, hugely, massively, loads, so much, way more, much more, a lot more, insanely, totally, completely, even, so, max, maximum, absolutely, crazy amount of, drowned in, drown in, full of, super duper, too, significantly, considerably, incredibly, extra much, deeply, hella, mad

section intro: intro, beginning, start, introduction, intros, first bars, first few bars
section verse: verse, verses, strophe
section pre-chorus: pre chorus, prechorus
section chorus: chorus, choruses, hook, hooks, refrain, refrains, chorus section
section bridge: bridge, bridges, middle eight, middle 8
section break: break, breakdown, break down, breakdowns, breather
section build: build, build up, buildup, build ups, buildups, building up, builds, build it up, builds up
section drop: drop, drops, bass drop, beat drop, beat drops, bass drops
section outro: outro, end, ending, coda, finale, outros, very end, last bars, final bars
section middle: middle, halfway, halfway through, centre of the song, mid song, midpoint
ordinal first: first, 1 st, 1st, opening
ordinal second: second, 2 nd, 2nd
ordinal third: third, 3 rd, 3rd
ordinal fourth: fourth, 4 th, 4th
ordinal last: last, final, closing, very last
ordinal every: every, each, all, both, all the, all of the, any
relation in: behind, underneath, beneath, on top of, underneath, beneath, below, on top of, build to, builds to, building to, build slowly to, builds slowly to, let it build to, let it build slowly to, leads up to, in, at, during, on, for, over, through, throughout, of, inside, within, around, in the, at the, by, towards, near, under
relation until: until, till, til, up to, up until, not before, not until, only after
relation entering: come back in at, comes back in at, come back at, comes back at, come back in on, comes back in on, return at, returns at, come back for, drop in at, drops in at, arrive at, only come in at, only comes in at, only start at, only starts at, only enter at, only in from, come in at, comes in at, coming in at, kick in at, kicks in at, enter at, enters at, enter in, come in on, comes in on, come in with, comes in with, come in for, start at, starting at, begin at, kick in on, kicks in on, enters on, wait until, wait for, waiting for, come in in, comes in in, kick in in, enter on, starts at, start in, starts in, come in from, come in only in, join in at, joins in at, in with, in at, back in at, back in with, back in on, in only at, come in only at, comes in only at, come in only with, come in only on, in again at, in again with
relation before: before, into, leading up to, leading into, right before, just before, ahead of, going into, leads into, in to, prior to, build up to, building up to, builds up to, building into, towards the, just ahead of
relation after: after, following, right after, past, once past, just after
relation from: from, starting from, beginning from, from the, as of, since
soft and: and, or, plus, n, &, also, as well as, together with, alongside, und
hard but: but, then, while, whereas, and then, however, although, except that, though, yet, followed by, leaving, when
swerve other: no wait, oh no wait, wait no, or no, no actually, actually no, or rather, or better, or even better, no better, no make it, no make that, make that, i mean, i meant, scratch that, strike that, forget that, oh wait, correction, no sorry, sorry no, on second thought, on second thoughts, come to think of it, or maybe rather, instead make it, no no, nah
swerve same: er, erm, uh, um, hmm, hm, wait, actually, sorry, hang on, hold on
swerve back: after all, nevertheless
"""

STOP_WORDS = frozenset("""
bump noise noises
must slowly somehow though although such plain proper any own her his whose becomes become becoming seem seems appear appears ever lots jam party-like please-please whole-song totally basically literally definitely honestly absolutely
back word words id ill youd theyd wed hed shed except only while everything anything nothing wherever whenever
start starting started begin beginning happen happens happening sit sits leave lets rest remaining various several different certain own half second point points pass
join joins enter enters kick return returns returning until arrive arrives gradually slowly suddenly finally eventually quickly immediately ready yeah wow cool nice good fresh
other others kit one's people crowd listeners fans ears cover edition rendition production produced producer produce create creation created turn turned transform transformed convert change reimagine
stem stems sample samples recording recorded original proper vibey vibes aesthetic aesthetics atmosphere flavor flavour flavored flavoured touch taste tasteful spirit character tinge twist spin take tribute homage influence influences inflected tinged infused

a an the this that these those it its it's is are be been being was were am i im i'm me my mine we us our you your he she they them
their his her to of as so than do does did done doing make makes making made made turn turned turns get gets give gives gave go goes going come comes
coming came take takes let lets let's please thanks thank remix remixes version versions song songs track tracks music tune mix mixed feel
feels feeling vibe vibes sound sounds sounding like want wants wanted would wish wishes need needs needed should could can will may might
something someone some thing things stuff kind sort type way ways style styled styles mood moods mode sort into onto out off about around
there here where what which who how why now just very really one ones bit if because too quite rather pretty place places part parts
section sections moment moments element elements play plays playing played hear listen think maybe perhaps bring brings bringing
brought put puts work works love loved nice nicely good great best better cool awesome beautiful beautifully lovely perfect perfectly amazing add based
itself themselves own lot s t ll re ve d m yes ok okay hey hello hi also again still always instead across hit hits use uses used using
set sets try keep-in having has have had more-or-less sure little same whole entire entirely overall general generally time times throughout
new different other another interesting proper properly real mainly mostly perhaps possibly say says called call style-wise ish esque kind inspired influenced
line lines layer layers layered instrument level volume levels study groove grooves rhythm rhythms rhythmic
lead tone tones note notes bar bars beat-wise after-all anyone everyone everybody someone else move moves moving start-up enough
by with from at on in for and or under over through within between until before after up down not no
anything anyhow id ill ive youd youre theyre thats its whats heres switch switches switching
drive drives driven ride rides wanna gonna gotta cuz cause bro man dude pls plz thx idea
""".split())

# Words that are one letter from a word of the lexicon and mean something else: they are never read as a slip.
NOT_SLIPS = frozenset("""
horse mouse hose houses louse hours course source dream dreams cream steam team broom groom brook rook sock lock clock block book cook look
hours dear bear near fear tear gear year wear pear heart hearts earth party pasty pantry country dance dancer dancers lance glance
train brain grain drain raid paid pair hair chair stair wine mind kind find bind wing wink window windows widow winter
light right fight sight might tight eight weight height fright flight knight slight plight bright brighton
loop loops hook cook base bases basis basil brass grass glass class mass pass past post lost cost host ghost most
faster fasten easter master poster sister water later letter better butter bitter litter matter
short shirt shorts sport sports slow show snow flow blow glow grow crow brow slowly
soul foul south mouth month food wood mood good moon soon noon spoon
plan plane plant planet place plate piece peace pieces please pleasure
verse nurse purse curse horse verses voice choice voices invoice void avoid
chores chord chords chore choose chose chase choice choir chair charm
bridge fridge bride pride break bread breaks steak weak speak beard
final finally finale animal tenor tempo temple template sample simple
sleep sheep steep step steps stop stops strong string strings spring sting stone store story
cello hello yellow fellow bello jello mellow hollow follow
punch lunch bunch brunch munch church crunch pinch
metal medal petal pedal moral mental rental
organ organs orange origin clean clear ocean cleaner closer
small smell shell tall fall ball call wall hall hell tell well bell
guide guitar pirate private pilot planet panic picnic
voltage vintage village storage cottage garbage garage carriage marriage cabbage
heavy heaven heave leave leaves weave ivory
warm worm swarm harm farm charm alarm arm arms
drop crop prop shop chop drops drug drag brag rock lock
filter fitter folder bolder builder
trip tripe strip trap trunk drunk drink track truck trick
dirty thirty dusty rusty dust rust must trust just
family funny sunny bunny penny money honey
jazzercise pizza jack jacket racket rocket pocket
cabin cabins cousin kitchen chicken
happen happens happened
singe single sings singles sign signs king kings
texture lecture picture future nature creature feature
stormed stories
colder holder older shoulder boulder
quite quiet quit
widow widen
dusk desk disk disc dish
lover lovers liver river over cover never ever
crown clown brown drown town down gown
cats rats hats bats mats boats goats notes votes
""".split())


@cache
def entries() -> dict[str, tuple[str, str]]:
    """Phrase to (kind, value)."""
    found: dict[str, tuple[str, str]] = {}
    for line in WORDS.strip().splitlines():
        if line:
            head, _, phrases = line.partition(": ")
            kind, _, value = head.partition(" ")
            for phrase in phrases.split(", "):
                found.setdefault(phrase.strip(), (kind, value))
    return found


@cache
def joined() -> dict[str, tuple[str, str]]:
    """Phrases of several words written as one: "halftime", "buildup", "bossanova"."""
    return {phrase.replace(" ", ""): entry for phrase, entry in entries().items() if " " in phrase}


@cache
def longest() -> int:
    """How many words the longest phrase has."""
    return max(phrase.count(" ") + 1 for phrase in entries())
