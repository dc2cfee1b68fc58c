/*
 * lists.h - the words that data/make draws from.
 *
 * There are only lists here, no code. A change to a list changes every file
 * made from it, and the tests that know a generated file's answers must be
 * changed too.
 *
 * A station's mean is a round figure for its yearly temperature, in tenths of a
 * degree. Many names have letters beyond ASCII (UTF-8), some have a blank, a
 * hyphen or an apostrophe; none has a delimiter or a quote.
 */
#ifndef WEIR_DATA_LISTS_H
#define WEIR_DATA_LISTS_H

#include <stddef.h>

struct word {
    const char *text;
    size_t len;
};

struct station {
    struct word name;
    int mean_tenths;
};

/* clang-format off */
#define W(text) { text, sizeof text - 1 }
#define S(name, mean_tenths) { W(name), mean_tenths }

static const struct word first_names[] = {
    W("Ada"), W("Adam"), W("Agnes"), W("Alan"), W("Amal"), W("Amir"), W("Ana"),
    W("Anders"), W("André"), W("Anna"), W("Anton"), W("Aya"), W("Boris"),
    W("Bruno"), W("Carla"), W("Chen"), W("Chiara"), W("Clara"), W("Daniel"),
    W("David"), W("Diego"), W("Elena"), W("Elif"), W("Emil"), W("Emma"),
    W("Erik"), W("Eva"), W("Fatima"), W("Felix"), W("Gita"), W("Grace"),
    W("Hana"), W("Hugo"), W("Ines"), W("Ivan"), W("Jan"), W("Joan"), W("João"),
    W("Jonas"), W("Julia"), W("Kai"), W("Karim"), W("Kofi"), W("Lars"),
    W("Leila"), W("Lena"), W("Li"), W("Linus"), W("Lucia"), W("Luis"),
    W("Maja"), W("Marco"), W("Maria"), W("Marta"), W("Mei"), W("Mila"),
    W("Mina"), W("Nadia"), W("Nils"), W("Nina"), W("Noah"), W("Nora"),
    W("Olga"), W("Omar"), W("Oscar"), W("Paul"), W("Pedro"), W("Petra"),
    W("Priya"), W("Rana"), W("Raúl"), W("Rosa"), W("Sam"), W("Sara"),
    W("Sofia"), W("Sven"), W("Tariq"), W("Tomás"), W("Uma"), W("Vera"),
    W("Viktor"), W("Wanda"), W("Yara"), W("Yuki"), W("Yusuf"), W("Zara"),
    W("Zoë"),
};

static const struct word last_names[] = {
    W("Abe"), W("Adeyemi"), W("Ahmed"), W("Ali"), W("Andersen"), W("Bauer"),
    W("Becker"), W("Berg"), W("Bianchi"), W("Borg"), W("Brown"), W("Castro"),
    W("Chen"), W("Cohen"), W("Costa"), W("Cruz"), W("Dahl"), W("Dias"),
    W("Diaz"), W("Duarte"), W("Dubois"), W("Eriksen"), W("Evans"), W("Farah"),
    W("Ferrari"), W("Fischer"), W("Fonseca"), W("García"), W("Ghosh"),
    W("Gomez"), W("Haas"), W("Hansen"), W("Horvat"), W("Ito"), W("Ivanov"),
    W("Jensen"), W("Jones"), W("Kaya"), W("Keller"), W("Khan"), W("Kim"),
    W("Klein"), W("Kovács"), W("Kumar"), W("Larsen"), W("Laurent"), W("Lee"),
    W("Lopez"), W("Lund"), W("Maier"), W("Martin"), W("Mendes"), W("Meyer"),
    W("Mori"), W("Moreau"), W("Müller"), W("Nagy"), W("Nakamura"), W("Nguyen"),
    W("Novak"), W("Nowak"), W("Okafor"), W("Olsen"), W("Park"), W("Patel"),
    W("Peeters"), W("Pereira"), W("Petrov"), W("Popov"), W("Ramos"), W("Rao"),
    W("Ricci"), W("Rossi"), W("Roux"), W("Ruiz"), W("Saito"), W("Sato"),
    W("Schmidt"), W("Silva"), W("Singh"), W("Smith"), W("Suzuki"), W("Tanaka"),
    W("Torres"), W("Varga"), W("Vogel"), W("Wagner"), W("Walker"), W("Wang"),
    W("Weber"), W("Weiss"), W("Wilson"), W("Wong"), W("Yilmaz"), W("Young"),
    W("Zhang"), W("Zimmer"),
};

static const struct word note_words[] = {
    W("account"), W("active"), W("address"), W("again"), W("annual"), W("any"),
    W("audit"), W("back"), W("basic"), W("billing"), W("blue"), W("call"),
    W("card"), W("cash"), W("check"), W("client"), W("closed"), W("contact"),
    W("credit"), W("daily"), W("delivery"), W("desk"), W("direct"), W("done"),
    W("due"), W("early"), W("email"), W("express"), W("fast"), W("field"),
    W("first"), W("follow"), W("free"), W("full"), W("gift"), W("gold"),
    W("good"), W("green"), W("group"), W("hold"), W("home"), W("important"),
    W("invoice"), W("key"), W("large"), W("late"), W("lead"), W("left"),
    W("letter"), W("list"), W("local"), W("loyal"), W("mail"), W("main"),
    W("manager"), W("member"), W("mobile"), W("monthly"), W("more"), W("new"),
    W("next"), W("no"), W("note"), W("offer"), W("office"), W("old"),
    W("online"), W("only"), W("open"), W("order"), W("over"), W("paid"),
    W("parcel"), W("partner"), W("phone"), W("plan"), W("plus"), W("point"),
    W("premium"), W("price"), W("prior"), W("quick"), W("rate"), W("red"),
    W("refund"), W("regular"), W("renewal"), W("report"), W("return"),
    W("ring"), W("sale"), W("same"), W("second"), W("send"), W("shop"),
    W("silver"), W("small"), W("soon"), W("spring"), W("stock"), W("store"),
    W("summer"), W("team"), W("test"), W("ticket"), W("trial"), W("unpaid"),
    W("up"), W("urgent"), W("visit"), W("weekly"), W("west"), W("winter"),
    W("yearly"), W("yes"),
};

/* The most likely come first. */
static const char countries[][2] = {
    { 'U', 'S' }, { 'I', 'N' }, { 'C', 'N' }, { 'B', 'R' }, { 'D', 'E' },
    { 'G', 'B' }, { 'F', 'R' }, { 'I', 'D' }, { 'J', 'P' }, { 'M', 'X' },
    { 'N', 'G' }, { 'R', 'U' }, { 'I', 'T' }, { 'T', 'R' }, { 'E', 'S' },
    { 'P', 'K' }, { 'K', 'R' }, { 'B', 'D' }, { 'P', 'L' }, { 'C', 'A' },
    { 'V', 'N' }, { 'P', 'H' }, { 'E', 'G' }, { 'A', 'R' }, { 'U', 'A' },
    { 'C', 'O' }, { 'T', 'H' }, { 'Z', 'A' }, { 'N', 'L' }, { 'A', 'U' },
    { 'K', 'E' }, { 'M', 'A' }, { 'R', 'O' }, { 'C', 'L' }, { 'S', 'E' },
    { 'P', 'E' }, { 'B', 'E' }, { 'P', 'T' }, { 'C', 'Z' }, { 'G', 'R' },
    { 'H', 'U' }, { 'C', 'H' }, { 'A', 'T' }, { 'I', 'L' }, { 'D', 'K' },
    { 'F', 'I' }, { 'N', 'O' }, { 'I', 'E' }, { 'N', 'Z' }, { 'S', 'G' },
};

static const struct station stations[] = {
    S("Abidjan", 264), S("Abha", 183), S("Abu Dhabi", 279), S("Acapulco", 276),
    S("Adana", 192), S("Addis Ababa", 163), S("Adelaide", 172),
    S("Agadir", 191), S("Ajaccio", 154), S("Albuquerque", 142),
    S("Aleppo", 175), S("Algiers", 180), S("Alicante", 186),
    S("Alice Springs", 212), S("Almaty", 101), S("Amsterdam", 105),
    S("Anchorage", 30), S("Ankara", 121), S("Antananarivo", 182),
    S("Antofagasta", 169), S("Antwerp", 109), S("Arequipa", 146),
    S("Ashgabat", 170), S("Asmara", 158), S("Astana", 37), S("Asunción", 231),
    S("Aswan", 269), S("Atlanta", 171), S("Auckland", 154), S("Austin", 208),
    S("Baghdad", 230), S("Bahía Blanca", 153), S("Baltimore", 134),
    S("Bamako", 279), S("Bandung", 232), S("Bangkok", 287), S("Bangui", 259),
    S("Banjul", 261), S("Barcelona", 181), S("Barranquilla", 278),
    S("Basel", 109), S("Basra", 258), S("Batumi", 144), S("Beirut", 210),
    S("Belém", 266), S("Belfast", 96), S("Belgrade", 131), S("Belmopan", 263),
    S("Benghazi", 201), S("Bergen", 80), S("Berlin", 104), S("Besançon", 112),
    S("Bhopal", 252), S("Białystok", 74), S("Bilbao", 148),
    S("Birmingham", 101), S("Bishkek", 114), S("Bogotá", 136),
    S("Bordeaux", 140), S("Boston", 111), S("Brasília", 214),
    S("Bratislava", 108), S("Brazzaville", 252), S("Brest", 116),
    S("Bridgetown", 271), S("Brisbane", 213), S("Bristol", 109),
    S("Brussels", 109), S("Bucharest", 112), S("Budapest", 116),
    S("Buffalo", 93), S("Bujumbura", 240), S("Bulawayo", 190), S("Bursa", 147),
    S("Bydgoszcz", 88), S("Cádiz", 187), S("Cairns", 249), S("Cairo", 221),
    S("Calgary", 46), S("Canberra", 133), S("Cancún", 269), S("Cape Town", 167),
    S("Caracas", 219), S("Cardiff", 108), S("Catania", 180), S("Cayenne", 265),
    S("Cebu City", 279), S("Charlotte", 163), S("Chengdu", 166),
    S("Chennai", 286), S("Chiang Mai", 260), S("Chihuahua", 188),
    S("Chișinău", 106), S("Chongqing", 187), S("Christchurch", 121),
    S("Cincinnati", 127), S("Ciudad Juárez", 184), S("Cluj-Napoca", 93),
    S("Cochabamba", 176), S("Colombo", 276), S("Columbus", 120),
    S("Concepción", 129), S("Constanța", 124), S("Copenhagen", 94),
    S("Córdoba", 181), S("Cork", 100), S("Cotonou", 274), S("Curitiba", 175),
    S("Da Nang", 260), S("Dakar", 243), S("Dallas", 193),
    S("Dar es Salaam", 260), S("Darwin", 277), S("Debrecen", 107),
    S("Delhi", 251), S("Denver", 106), S("Detroit", 103), S("Dhaka", 260),
    S("Dijon", 114), S("Doha", 276), S("Donetsk", 89), S("Dortmund", 102),
    S("Douala", 269), S("Dubai", 282), S("Dublin", 99), S("Dubrovnik", 169),
    S("Durban", 208), S("Düsseldorf", 110), S("Dushanbe", 149),
    S("Edinburgh", 94), S("Edmonton", 41), S("Entebbe", 214), S("Erbil", 200),
    S("Erfurt", 88), S("Essen", 104), S("Eskişehir", 112), S("Faro", 179),
    S("Fez", 174), S("Florence", 156), S("Florianópolis", 208),
    S("Fortaleza", 269), S("Frankfurt", 109), S("Freetown", 267),
    S("Fresno", 182), S("Funchal", 194), S("Gaborone", 207), S("Galway", 102),
    S("Gaziantep", 154), S("Gdańsk", 86), S("Genoa", 161), S("Georgetown", 270),
    S("Ghent", 107), S("Glasgow", 92), S("Goiânia", 236), S("Göteborg", 86),
    S("Göttingen", 94), S("Graz", 99), S("Groningen", 97),
    S("Guadalajara", 205), S("Guangzhou", 225), S("Guayaquil", 261),
    S("Győr", 109), S("Haifa", 208), S("Halifax", 74), S("Hamilton", 139),
    S("Hangzhou", 173), S("Hanoi", 242), S("Hanover", 99), S("Harbin", 51),
    S("Havana", 254), S("Helsinki", 64), S("Heraklion", 190),
    S("Ho Chi Minh City", 280), S("Hobart", 130), S("Hong Kong", 234),
    S("Honolulu", 255), S("Hyderabad", 269), S("Iași", 102),
    S("Indianapolis", 121), S("Innsbruck", 96), S("Iquitos", 265),
    S("Irkutsk", 12), S("Islamabad", 217), S("Isfahan", 168), S("İzmir", 181),
    S("Jacksonville", 206), S("Jaipur", 256), S("Jakarta", 279),
    S("Jeddah", 286), S("Johannesburg", 157), S("João Pessoa", 264),
    S("Jönköping", 66), S("Juba", 277), S("Kabul", 124), S("Kampala", 215),
    S("Kansas City", 129), S("Kaohsiung", 252), S("Karachi", 262),
    S("Kathmandu", 184), S("Kaunas", 74), S("Kazan", 47), S("Kharkiv", 87),
    S("Kigali", 206), S("Kingston", 275), S("Kinshasa", 254), S("Kiruna", -8),
    S("Kobe", 170), S("Košice", 95), S("Köln", 108), S("Kolkata", 269),
    S("Kraków", 89), S("Kristiansand", 79), S("Kuala Lumpur", 276),
    S("Kunming", 158), S("Kuwait City", 268), S("Kyiv", 90), S("Kyoto", 162),
    S("Lagos", 270), S("Lahore", 245), S("Las Palmas", 213), S("Lausanne", 110),
    S("Le Havre", 117), S("Leeds", 98), S("Leipzig", 101), S("León", 198),
    S("Libreville", 260), S("Liège", 104), S("Lille", 112), S("Lilongwe", 201),
    S("Lima", 193), S("Linköping", 72), S("Linz", 99), S("Lisbon", 176),
    S("Liverpool", 103), S("Ljubljana", 112), S("Łódź", 87), S("Lomé", 272),
    S("London", 116), S("Los Angeles", 187), S("Louisville", 144),
    S("Luanda", 259), S("Lucknow", 253), S("Lusaka", 202), S("Luxembourg", 98),
    S("Lviv", 81), S("Maceió", 254), S("Madrid", 153), S("Magdeburg", 99),
    S("Majuro", 278), S("Malabo", 256), S("Málaga", 187), S("Malé", 282),
    S("Malmö", 89), S("Manaus", 274), S("Manchester", 99), S("Mandalay", 279),
    S("Manila", 285), S("Maracaibo", 284), S("Marrakesh", 201),
    S("Marseille", 159), S("Mecca", 308), S("Medan", 269), S("Medellín", 222),
    S("Melbourne", 153), S("Mérida", 263), S("Mexico City", 170),
    S("Miami", 251), S("Milan", 136), S("Milwaukee", 91), S("Minsk", 71),
    S("Mogadishu", 272), S("Mombasa", 264), S("Monrovia", 259),
    S("Montevideo", 169), S("Montpellier", 154), S("Montréal", 71),
    S("Moscow", 60), S("München", 97), S("Münster", 103), S("Murcia", 189),
    S("Murmansk", 8), S("Muscat", 282), S("Nagasaki", 175), S("Nairobi", 180),
    S("Nantes", 126), S("Naples", 162), S("Nashville", 156),
    S("N'Djamena", 284), S("New Orleans", 210), S("New York", 132),
    S("Niamey", 295), S("Niš", 121), S("Norilsk", -91), S("Nouakchott", 260),
    S("Novosibirsk", 19), S("Nürnberg", 96), S("Odense", 87), S("Odesa", 109),
    S("Oklahoma City", 161), S("Oranjestad", 282), S("Örebro", 66),
    S("Osijek", 115), S("Oslo", 63), S("Ostrava", 90), S("Ottawa", 69),
    S("Oulu", 32), S("Oviedo", 133), S("Palembang", 273), S("Palermo", 189),
    S("Panama City", 276), S("Paramaribo", 273), S("Paris", 125),
    S("Patras", 180), S("Pécs", 113), S("Perth", 188), S("Philadelphia", 135),
    S("Phnom Penh", 284), S("Pittsburgh", 113), S("Plovdiv", 127),
    S("Podgorica", 158), S("Port Moresby", 272), S("Port Vila", 247),
    S("Port-au-Prince", 276), S("Portland", 127), S("Porto Alegre", 196),
    S("Poznań", 92), S("Prague", 91), S("Pretoria", 186), S("Punta Arenas", 62),
    S("Pyongyang", 109), S("Québec", 51), S("Rabat", 177), S("Recife", 259),
    S("Reims", 109), S("Reykjavík", 51), S("Riga", 72),
    S("Rio de Janeiro", 241), S("Riyadh", 267), S("Rome", 158),
    S("Rotterdam", 107), S("Rzeszów", 87), S("Sacramento", 165),
    S("Saint-Étienne", 112), S("Salta", 169), S("Salvador", 255),
    S("Samarkand", 146), S("San Diego", 179), S("San Francisco", 145),
    S("San José", 206), S("San Juan", 271), S("Santa Cruz", 246),
    S("Santiago", 147), S("Santo Domingo", 265), S("São Luís", 270),
    S("São Paulo", 201), S("Sarajevo", 104), S("Seattle", 117), S("Seoul", 129),
    S("Seville", 194), S("Skopje", 127), S("Sofia", 107), S("Stavanger", 83),
    S("Stockholm", 75), S("Suva", 256), S("Sydney", 180),
    S("Székesfehérvár", 109), S("Szczecin", 91), S("Taipei", 233),
    S("Tampere", 49), S("Tashkent", 149), S("Tbilisi", 136), S("Tehran", 177),
    S("Tel Aviv", 206), S("Thessaloniki", 160), S("Timișoara", 117),
    S("Tirana", 161), S("Toronto", 95), S("Toruń", 89), S("Toulouse", 140),
    S("Tripoli", 206), S("Tromsø", 32), S("Trondheim", 58), S("Tunis", 189),
    S("Turin", 131), S("Turku", 58), S("Tórshavn", 68), S("Ulaanbaatar", -2),
    S("Umeå", 42), S("Ürümqi", 74), S("Utrecht", 104), S("Valencia", 186),
    S("Valparaíso", 142), S("Vancouver", 106), S("Vienna", 110),
    S("Vientiane", 262), S("Vigo", 146), S("Vilnius", 68), S("Warsaw", 89),
    S("Wellington", 130), S("Whitehorse", 3), S("Windhoek", 198),
    S("Wrocław", 96), S("Wuhan", 173), S("Würzburg", 99), S("Xi'an", 146),
    S("Yakutsk", -85), S("Yangon", 276), S("Yaoundé", 239), S("Yerevan", 126),
    S("Zagreb", 118), S("Zanzibar City", 261), S("Zaragoza", 159),
    S("Zürich", 96),
};

#undef S
#undef W
/* clang-format on */

#endif
