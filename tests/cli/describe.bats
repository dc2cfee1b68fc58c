# weir describe: what every column of a file is. tests/test_describe.py compares
# its figures with Python's.

load kit

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset NO_COLOR
    cat >people.csv <<'END'
name,age,joined,pro
Ann,34,2024-02-29,true
Bob,,2023-01-02,false
Eve,n/a,2024-02-29,true
Eve,27.5,,
END
}

titles='column,type,nulls,distinct,min,max,mean,stddev,p25,median,p75,shortest,longest,most frequent'

@test "describe shows every column, and sets nothing aside aloud" {
    ask 0 -o csv describe people.csv
    same '' err
    same "$titles,integers,decimals,dates,booleans,texts
name,text,0,3,Ann,Eve,,,,,,3,3,\"{\"\"Eve\"\":2,\"\"Ann\"\":1,\"\"Bob\"\":1}\",0,0,0,0,4
age,\"text, 66.7% decimal\",1,3,27.5,n/a,30.75,4.596194077712559,29.125,30.75,32.375,2,4,\"{\"\"27.5\"\":1,\"\"34\"\":1,\"\"n/a\"\":1}\",1,1,0,0,1
joined,date,1,2,2023-01-02,2024-02-29,,,,,,10,10,\"{\"\"2024-02-29\"\":2,\"\"2023-01-02\"\":1}\",0,0,3,0,0
pro,boolean,1,2,false,true,,,,,,4,5,\"{\"\"true\"\":2,\"\"false\"\":1}\",0,0,0,3,0" out
}

@test "describe takes clauses, standard input and options of reading" {
    ask 0 -o csv describe "where name = 'Eve'" people.csv
    [ "$(grep -c . out)" = 5 ]
    grep -q '^name,text,0,1,Eve,Eve,' out
    "$WEIR" -o csv describe 'by pro' <people.csv >out
    [ "$(grep -c . out)" = 13 ]
    grep -q '^true,name,text,0,2,Ann,Eve,' out
    printf 'x;y\n1,5;2\n' | "$WEIR" -d ';' --decimal , -o csv describe >out
    grep -q '^x,decimal,0,1,1\.5,1\.5,1\.5,' out
    ask 0 --stats describe people.csv
    grep -q '^records  *4 read' err
}

@test "describe says what is wrong in its clauses, and refuses what it lacks" {
    tells 2 "weir: query:1:7: no column 'x'; columns: name, age, joined, pro" \
        describe 'where x > 3' people.csv
    tells 3 'weir: gone.csv: cannot open: No such file or directory' \
        describe gone.csv
    for option in --partial=p --checkpoint=c --every=1 --shard=1/2 \
        --bad-cells=reject '-oarrow'; do
        ask 2 "$option" describe people.csv
        grep -q '^weir: describe: --' err
    done
}

@test "on a narrow terminal describe shows a block for each column" {
    script -qec "stty cols 70; '$WEIR' describe people.csv" /dev/null |
        tr -d '\r' >out
    grep -q '^column         age$' out
    grep -q '^type           text, 66.7% decimal$' out
    run ! grep -E '.{71}' out
    script -qec "stty cols 200; '$WEIR' describe people.csv" /dev/null |
        tr -d '\r' >out
    grep -q 'column *type *nulls' out
    [ "$(grep -c . out)" = 5 ]
}

@test "describe gives programs whole texts, and takes many columns" {
    printf 'a,b\n1\0002,%s\n"x\ny",z\n' "$(head -c 1000 /dev/zero | tr '\0' ö)" \
        >odd.csv
    "$WEIR" -o json describe odd.csv | jq -e '
        .[0].min == "1\u00002" and .[0].max == "x\ny" and
        (.[1].max | length) == 1000 and
        (.[1]["most frequent"] | fromjson | length) == 2'
    { seq -s, 150; for i in 1 2 3; do seq -s, "$i" $((149 + i)); done; } >wide.csv
    ask 0 -o csv describe wide.csv
    [ "$(grep -c . out)" = 151 ]
    ask 4 --memory 32M describe wide.csv
    grep -q 'allows 32 MiB, for so many columns$' err
    cp people.csv 'by x.csv'
    ask 0 describe 'by x.csv'
    tells 2 "weir: describe: found 'by a' after 'where a > 1'; expected all\
 clauses in one argument" describe 'where a > 1' 'by a' odd.csv
    tells 2 "weir: compare: expected a question, found the command 'describe'" \
        compare describe people.csv
}
