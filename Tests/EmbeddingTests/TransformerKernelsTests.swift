import CTransformerKernels
import Foundation
import Platform
import TestSupport
import Testing

/// Every kernel against double precision, and the vector kernels against their portable twins.
@Suite struct TransformerKernelsTests {
  static let levels = [TK_PORTABLE, TK_AVX2, TK_AVX512]

  private func float(_ half: UInt16) -> Float { Float(bitPattern: UInt32(half) << 16) }

  private func halves(_ count: Int, _ random: inout SeededGenerator) -> [UInt16] {
    (0..<count).map { _ in tk_bf16(random.gaussian()) }
  }

  private func finished(_ x: Double, _ finish: tk_finish, _ before: Float) -> Double {
    switch finish {
    case TK_GELU: x * (1 + erf(x / 2.0.squareRoot())) / 2
    case TK_ADD: x + Double(before)
    default: x
    }
  }

  @Test(arguments: levels) func `products of every shape are right`(_ level: tk_level) {
    let table = tk_table(level)!
    var random = SeededGenerator(seed: 3)
    for (rows, outputs, inputs) in [
      (1, 32, 32), (2, 96, 64), (7, 32, 96), (13, 64, 32), (14, 64, 64), (15, 32, 64),
      (28, 32, 32), (29, 32, 96),
    ] {
      let stride = inputs + 32
      let a = halves(rows * stride, &random)
      let weights = (0..<outputs * inputs).map { _ in 0.2 * random.gaussian() }
      let bias = (0..<outputs).map { _ in random.gaussian() }
      let before = (0..<rows * outputs).map { _ in random.gaussian() }
      var panels = [UInt16](repeating: 0, count: outputs * inputs)
      var codes = [Int8](repeating: 0, count: outputs * inputs)
      var (scales, sums) = (
        [Float](repeating: 0, count: outputs), [Float](repeating: 0, count: outputs)
      )
      for first in Swift.stride(from: 0, to: outputs, by: 32) {
        tk_pack_bf16(weights, first, inputs, &panels)
        tk_pack_s8(weights, first, inputs, &codes, &scales, &sums)
      }
      var rowCodes = [UInt8](repeating: 0, count: rows * inputs)
      var (rowScales, zeros) = (
        [Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows)
      )
      table.pointee.quantise_bf16(a, stride, rows, inputs, &rowCodes, &rowScales, &zeros)
      for finish in [TK_STORE, TK_GELU, TK_ADD] {
        for isInt8 in [false, true] {
          var floats = before
          var stored = [UInt16](repeating: 0, count: rows * outputs)
          floats.withUnsafeMutableBytes { floats in
            stored.withUnsafeMutableBytes { stored in
              bias.withUnsafeBufferPointer { bias in
                var out = tk_output(
                  bias: bias.baseAddress, finish: finish,
                  out: (finish == TK_ADD ? floats : stored).baseAddress, stride: outputs)
                if isInt8 {
                  rowCodes.withUnsafeBufferPointer { rowCodes in
                    rowScales.withUnsafeBufferPointer { rowScales in
                      zeros.withUnsafeBufferPointer { zeros in
                        codes.withUnsafeBufferPointer { codes in
                          scales.withUnsafeBufferPointer { scales in
                            sums.withUnsafeBufferPointer { sums in
                              var left = tk_codes(
                                codes: rowCodes.baseAddress, stride: inputs,
                                scales: rowScales.baseAddress, zeros: zeros.baseAddress)
                              var right = tk_weights_s8(
                                panels: codes.baseAddress, scales: scales.baseAddress,
                                sums: sums.baseAddress)
                              table.pointee.product_u8(&left, rows, &right, outputs, inputs, &out)
                            }
                          }
                        }
                      }
                    }
                  }
                } else {
                  table.pointee.product_bf16(a, stride, rows, panels, outputs, inputs, &out)
                }
              }
            }
          }
          var worst = 0.0
          for row in 0..<rows {
            for output in 0..<outputs {
              var sum = Double(bias[output])
              for i in 0..<inputs {
                let (x, w): (Double, Double)
                if isInt8 {
                  x =
                    Double(rowScales[row])
                    * (Double(rowCodes[row * inputs + i]) - Double(zeros[row]))
                  let place = (i / 4 * 32 + output % 32) * 4 + i % 4
                  w = Double(scales[output]) * Double(codes[output / 32 * 32 * inputs + place])
                } else {
                  x = Double(float(a[row * stride + i]))
                  w = Double(float(tk_bf16(weights[output * inputs + i])))
                }
                sum += x * w
              }
              let place = row * outputs + output
              let expected = finished(sum, finish, before[place])
              let got = finish == TK_ADD ? Double(floats[place]) : Double(float(stored[place]))
              worst = max(worst, abs(got - expected) / (1 + abs(expected)))
            }
          }
          // bf16 keeps 8 bits; sums of floats err far less.
          #expect(worst < (finish == TK_ADD ? 1e-5 : 0.0045), "\(rows) \(outputs) \(inputs)")
        }
      }
    }
  }

  @Test(arguments: levels) func `codes stand for what they were made of`(_ level: tk_level) {
    let table = tk_table(level)!
    var random = SeededGenerator(seed: 4)
    for (count, offset) in [(32, Float(0)), (96, 3), (64, -5), (32, .nan)] {
      // NaN stands for a row of zeros.
      let x = (0..<count).map { _ in offset.isNaN ? 0 : tk_bf16(random.gaussian() + offset) }
      var codes = [UInt8](repeating: 1, count: count)
      var (scale, zero) = (Float(0), Float(0))
      table.pointee.quantise_bf16(x, count, 1, count, &codes, &scale, &zero)
      for (half, code) in zip(x, codes) {
        #expect(abs(float(half) - scale * (Float(code) - zero)) <= scale * 1.01)
      }
    }
  }

  @Test(arguments: levels) func `attention of every length and width is right`(_ level: tk_level) {
    let table = tk_table(level)!
    var random = SeededGenerator(seed: 5)
    for (tokens, heads, width) in [
      (1, 2, 16), (2, 1, 32), (15, 2, 48), (16, 1, 64), (17, 2, 32), (31, 1, 16), (33, 1, 128),
      (65, 1, 32),
    ] {
      let hidden = heads * width
      let qkv = halves(tokens * 3 * hidden, &random)
      var out = [UInt16](repeating: 0, count: tokens * hidden)
      let scale = 1 / Float(width).squareRoot()
      let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: tk_attention_scratch(tokens, width), alignment: 64)
      defer { scratch.deallocate() }
      // Whatever stood there before must not matter.
      scratch.initializeMemory(
        as: UInt8.self, repeating: 0xFF, count: tk_attention_scratch(tokens, width))
      qkv.withUnsafeBufferPointer { qkv in
        out.withUnsafeMutableBufferPointer { out in
          var task = tk_attention(
            qkv: qkv.baseAddress, stride: 3 * hidden, tokens: tokens, heads: heads, width: width,
            scale: scale, scratch: scratch, out: out.baseAddress, out_stride: hidden)
          table.pointee.attention_bf16(&task)
        }
      }
      var worst = 0.0
      for head in 0..<heads {
        for row in 0..<tokens {
          func value(_ token: Int, _ part: Int, _ column: Int) -> Double {
            Double(float(qkv[token * 3 * hidden + part * hidden + head * width + column]))
          }
          let scores = (0..<tokens).map { other in
            (0..<width).reduce(0.0) { $0 + value(row, 0, $1) * value(other, 1, $1) } * Double(scale)
          }
          let shares = scores.map { exp($0 - scores.max()!) }
          for column in 0..<width {
            let sum = (0..<tokens).reduce(0.0) { $0 + shares[$1] * value($1, 2, column) }
            let expected = sum / shares.reduce(0, +)
            let got = Double(float(out[row * hidden + head * width + column]))
            worst = max(worst, abs(got - expected))
          }
        }
      }
      #expect(worst < 0.02, "\(tokens) tokens, width \(width): \(worst)")
    }
  }

  @Test(arguments: levels) func `layer norm is right, and so are its copies`(_ level: tk_level) {
    let table = tk_table(level)!
    var random = SeededGenerator(seed: 6)
    for count in [16, 32, 48, 384] {
      let rows = 3
      let before = (0..<rows * count).map { _ in 2 * random.gaussian() + 1 }
      let gamma = (0..<count).map { _ in random.gaussian() }
      let beta = (0..<count).map { _ in random.gaussian() }
      var x = before
      var halves = [UInt16](repeating: 0, count: rows * count)
      var codes = [UInt8](repeating: 0, count: rows * count)
      var (scales, zeros) = ([Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows))
      halves.withUnsafeMutableBufferPointer { halves in
        codes.withUnsafeMutableBufferPointer { codes in
          scales.withUnsafeMutableBufferPointer { scales in
            zeros.withUnsafeMutableBufferPointer { zeros in
              var copies = tk_copies(
                halves: halves.baseAddress, codes: codes.baseAddress, scales: scales.baseAddress,
                zeros: zeros.baseAddress)
              table.pointee.layer_norm_f32(&x, rows, count, gamma, beta, 1e-12, &copies)
            }
          }
        }
      }
      for row in 0..<rows {
        let own = before[row * count..<(row + 1) * count].map(Double.init)
        let mean = own.reduce(0, +) / Double(count)
        let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        for i in 0..<count {
          let place = row * count + i
          let expected =
            (own[i] - mean) / (variance + 1e-12).squareRoot() * Double(gamma[i]) + Double(beta[i])
          #expect(abs(Double(x[place]) - expected) < 2e-5)
          #expect(halves[place] == tk_bf16(x[place]))
          #expect(
            abs(x[place] - scales[row] * (Float(codes[place]) - zeros[row])) <= scales[row] * 1.01)
        }
      }
    }
  }

  @Test(arguments: levels) func `gelu and softmax are right to the last bits`(_ level: tk_level) {
    let table = tk_table(level)!
    for count in [1, 15, 16, 17, 64] {
      var x = (0..<count).map { Float($0 - count / 2) * 0.37 }
      let bias = (0..<count).map { Float($0 % 3) * 0.1 }
      let sums = zip(x, bias).map { Double($0 + $1) }
      table.pointee.bias_gelu_f32(&x, 1, count, bias)
      for (got, sum) in zip(x, sums) {
        #expect(abs(Double(got) - sum * (1 + erf(sum / 2.0.squareRoot())) / 2) < 2e-6)
      }
      var rows = (0..<3 * (count + 5)).map { Float($0 % 13) * 9 - 40 }
      let before = rows
      table.pointee.softmax_f32(&rows, 3, count, count + 5, 0.5)
      for row in 0..<3 {
        let own = before[row * (count + 5)..<row * (count + 5) + count].map {
          exp(Double($0) * 0.5)
        }
        for i in 0..<count {
          #expect(abs(Double(rows[row * (count + 5) + i]) - own[i] / own.reduce(0, +)) < 1e-6)
        }
        // What stands beside the rows stays.
        #expect(rows[row * (count + 5) + count] == before[row * (count + 5) + count])
      }
    }
  }

  @Test func `bf16 rounds to the nearest, ties to even`() {
    #expect(tk_bf16(1) == 0x3F80)
    #expect(tk_bf16(Float(bitPattern: 0x3F80_8000)) == 0x3F80)
    #expect(tk_bf16(Float(bitPattern: 0x3F81_8000)) == 0x3F82)
    #expect(tk_bf16(Float(bitPattern: 0x3F80_8001)) == 0x3F81)
    #expect(tk_bf16(-.infinity) == 0xFF80)
    #expect(float(tk_bf16(.nan)).isNaN)
    #expect(float(tk_bf16(Float(bitPattern: 0x7F80_0001))).isNaN)
  }

  @Test func `16-bit floats widen exactly, and what is not finite is seen`() {
    let bits: [UInt16] = [0, 0x8000, 0x3C00, 0xC000, 1, 0x03FF, 0x0400, 0x7BFF, 0x7C00, 0x3555]
    var floats = [Float](repeating: 0, count: bits.count)
    tk_widen_f16(bits, bits.count, &floats)
    #expect(floats == bits.map { Float(Float16(bitPattern: $0)) })
    #expect(tk_all_finite(floats, 8) == 1)
    #expect(tk_all_finite(floats, 9) == 0)
    #expect(tk_all_finite([1, .nan], 2) == 0)
  }
}
