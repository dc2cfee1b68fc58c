# Linear regression, against the values that NIST certifies (StRD). Its sets
# without an intercept are a quotient of sums.

load kit

@test "NIST's linear regression sets, to all certified digits" {
    answers $'b0,b1,r2\n-0.26232307377402947,1.0021168180204545,0.9999937458837117' \
        'regr_intercept(y, x) as b0, regr_slope(y, x) as b1, regr_r2(y, x) as r2' \
        "$WEIR_SOURCE/tests/nist/norris.csv"
    # certified: -0.262323073774029, 1.00211681802045, 0.999993745883712
    seq 60 70 | sed 's/.*/&,&/; 1i x,z' >noint1.csv
    answers $'b\n2.074380165289256' \
        'sum(x * (x + 70)) / sum(x * x) as b' noint1.csv # 2.07438016528926
    printf 'y,x\n3,4\n4,5\n4,6\n' >noint2.csv
    answers $'b\n0.7272727272727273' 'sum(x * y) / sum(x * x) as b' \
        noint2.csv # 0.727272727272727
}
