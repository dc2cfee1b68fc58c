#!/usr/bin/env bats
# Names in a query: columns, aliases, positions.

load kit

@test "columns go by name, quoted name or number" {
    answers $'name,country\nAnn,DE' '$1, $3 limit 1' people.csv
    answers $'name,name\nAnn,Ann' '"name", `name` limit 1' people.csv
    answers $'\'name\'\nname' "'name' as \"'name'\" limit 1" people.csv
}

@test "a number names a column there is" {
    refuses 2 $'weir: query:1:1: no column $4; there are 3: name, age, country\n  $4\n  ^' \
        '$4' people.csv
    refuses 2 $'weir: query:1:1: columns count from $1\n  $0\n  ^' \
        '$0' people.csv
    refuses 2 $'weir: query:1:1: no column $100000; there are 3: name, age, country\n  $100000\n  ^' \
        '$100000' people.csv
    refuses 2 $'weir: query:1:1: no column $1; there are 0\n  $1\n  ^' \
        --no-header '$1' /dev/null
    refuses 2 $'weir: query:1:1: no column $1; there are 0\n  $1\n  ^' \
        explain --no-header '$1' /dev/null
}

@test "an unknown name brings the nearest, and all of them" {
    refuses 2 "weir: query:1:6: no column 'agee'; did you mean 'age'?\
 columns: name, age, country
  mean(agee)
       ^" 'mean(agee)' people.csv
    refuses 2 "weir: query:1:1: no column 'NAME'; did you mean 'name'?\
 columns: name, age, country
  NAME
  ^" NAME people.csv
    refuses 2 "weir: query:1:7: no column 'zzz'; columns: name, age, country
  name, zzz
        ^" 'name, zzz' people.csv
}

@test "an unknown function brings the nearest" {
    refuses 2 "weir: query:1:1: no function 'meen'; did you mean 'mean'?
  meen(age)
  ^" 'meen(age)' people.csv
    refuses 2 "weir: query:1:1: no function 'zzzz'; weir help functions and\
 weir help aggregates list them
  zzzz(age)
  ^" 'zzzz(age)' people.csv
}

@test "a header with quotes, line feeds and a name twice" {
    printf 'a,"b ""q""","c\nd",a\n1,2,3,4\n' >h.csv
    answers $'a,"b ""q""","c\nd",a\n1,2,3,4' '*' h.csv
    answers $'"b ""q""","c\nd",a\n2,3,4' '"b ""q""", "c
d", $4' h.csv
    answers $'[\n{"a":1,"b \\"q\\"":2,"c\\nd":3,"a_2":4}\n]' -o json '*' h.csv
    refuses 2 "weir: query:1:5: two columns are named 'a'; \$1 and \$4 tell\
 them apart
  sum(a)
      ^" 'sum(a)' h.csv
    refuses 2 'weir: query:1:1: no column '"'zz'"'; columns: a, b "q",'\
' c\x0ad, a
  zz
  ^' zz h.csv
}

@test "a byte order mark is no part of a name" {
    printf '\xef\xbb\xbfa,b\n1,2\n' >bom.csv
    answers $'a\n1' a bom.csv
    printf '\xef\xbb\xbf"a",b\n1,2\n' >bom.csv
    answers $'a\n1' a bom.csv
}

@test "an alias is the column's name in the answer" {
    answers $'m,number of\n50.666666666666664,4' \
        'mean(age) as m, count() "number of"' people.csv
}

@test "an alias serves in having, in order by and in later items" {
    answers $'country,m,k\nDE,30.5,31.5\n,91,92' 'mean(age) as m, m+1 as k
        by country having k > 30 order by m' people.csv
    answers $'l,n\n7,1' \
        'count() as n by length(name) as l having l > 3' people.csv
    answers $'l,count()\n7,1\n3,3' \
        'select l, count() by length(name) as l order by l desc' people.csv
}

@test "an alias never stands for itself" {
    refuses 2 "weir: query:1:1: 'a' is an alias and cannot be used here;\
 write the expression again
  a as b, b as a by name
  ^" 'a as b, b as a by name' people.csv
    refuses 2 "weir: query:1:1: 'a' is an alias and cannot be used here;\
 write the expression again
  a+1 as a, count()
  ^" 'a+1 as a, count()' people.csv
    refuses 2 "weir: query:1:1: age is neither a key nor inside an aggregate;\
 add it to 'by', or say which one: first(age), max(age)
  age as age, count()
  ^" 'age as age, count()' people.csv
}

@test "an alias used often is computed once" {
    query='count() as a0'
    for i in {1..40}; do
        query+=", a$((i - 1)) + a$((i - 1)) as a$i"
    done
    ask 0 "$query having a40 > 0" people.csv
    same 4398046511104 <(tail -n 1 out | cut -d, -f 41)
}

@test "an alias does not serve before the items" {
    refuses 2 "weir: query:1:20: 'd' is an alias and cannot be used here;\
 write the expression again
  age * 2 as d where d > 60
                     ^" 'age * 2 as d where d > 60' people.csv
    refuses 2 "weir: query:1:19: 'm' is an alias and cannot be used here;\
 write the expression again
  mean(age) as m by m
                    ^" 'mean(age) as m by m' people.csv
}
